import { type Operation, ROLES } from "../api/roles";
import type { components } from "../api/schema";

export type Me = components["schemas"]["Me"];
export type Can = (operation: Operation) => boolean;

/** What a person may do: the API's own list, so that nothing is shown that it would refuse. */
export const permissions = (me: Me | undefined): Can => {
  const mine = new Set<string>(me?.roles ?? []);
  return (operation) => ROLES[operation].split(" ").some((role) => mine.has(role));
};

/** Whether somebody may act at a warehouse: people with a role for all of them may, others at those that are theirs. */
export const worksAt = (me: Me | undefined, warehouse: string) =>
  (me?.roles ?? []).some((role) => role === "owner" || role === "operator") ||
  (me?.warehouses ?? []).includes(warehouse);

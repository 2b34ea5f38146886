import { type Operation, ROLES } from "../api/roles";
import type { components } from "../api/schema";

export type Me = components["schemas"]["Me"];
export type Can = (operation: Operation) => boolean;

/** What a person may do: the API's own list, so that nothing is shown that it would refuse. */
export const permissions = (me: Me | undefined): Can => {
  const mine = new Set<string>(me?.roles ?? []);
  return (operation) => ROLES[operation].split(" ").some((role) => mine.has(role));
};

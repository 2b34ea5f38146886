import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Tone } from "../../ui/bits";
import type { IconName } from "../../ui/Icon";

export type Role = Schemas["Role"];
export type User = Schemas["User"];

/** What a person may do, and where, as a form has it. */
export interface Rights {
  roles: readonly Role[];
  warehouses: readonly string[];
}

export const ROLES = ["owner", "operator", "warehouse", "packer", "read_only"] as const satisfies Role[];

/** Whether these roles are for some warehouses only. */
export const isLimited = (roles: readonly Role[]) =>
  roles.some((each) => each === "warehouse" || each === "packer");

/** The same with one role or warehouse more or less, in the order of `all`. */
export const toggled = <T>(all: readonly T[], chosen: readonly T[], one: T): T[] =>
  all.filter((each) => (each === one ? !chosen.includes(one) : chosen.includes(each)));

/** Why these rights cannot be given, in words. */
export function rightsProblem({ roles, warehouses }: Rights): string | undefined {
  if (roles.length === 0) return t.people.noRole;
  return isLimited(roles) && warehouses.length === 0 ? t.people.noWarehouse : undefined;
}

/** What is sent: warehouses count for roles that are limited to them only. */
export const sentRights = ({ roles, warehouses }: Rights) => ({
  roles: [...roles],
  warehouses: isLimited(roles) ? [...warehouses] : [],
});

const STATUS: Record<string, [string, Tone, IconName]> = {
  confirmed: [t.people.status.active, "ok", "check"],
  force_change_password: [t.people.status.invited, "info", "send"],
  reset_required: [t.people.status.reset, "warn", "clock"],
};

/** How it stands with an account: what the user pool says, unless the person is let in no more. */
export const statusOf = (user: User): [string, Tone, IconName] =>
  user.enabled
    ? (STATUS[user.status] ?? [user.status.replaceAll("_", " "), "neutral", "circle-dashed"])
    : [t.people.status.disabled, "neutral", "ban"];

import type { Schemas } from "../../api/client";

type Account = Schemas["AccountBody"];
type Channel = Schemas["Channel"];
type Warehouse = Schemas["Warehouse"];

/** The settings that routing follows, as they are in force. */
export interface Saved {
  version: number;
  account: Account;
  warehouses: readonly Warehouse[];
  channels: readonly Channel[];
}

/** What a person changed of version `base`; all other settings stay. */
export interface Draft {
  base: number;
  account: Partial<Account>;
  /** Channels that a warehouse does not ship for, by warehouse. */
  excludes: Record<string, readonly string[]>;
  /** The warehouse that everything of a channel ships from, by channel. */
  overrides: Record<string, string | null>;
}

export const noDraft = (base: number): Draft => ({ base, account: {}, excludes: {}, overrides: {} });

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The settings with the draft laid over them. */
export const withDraft = (saved: Saved, draft: Draft): Saved => ({
  version: saved.version,
  account: { ...saved.account, ...draft.account },
  warehouses: saved.warehouses.map((each) => ({
    ...each,
    excludes: [...(draft.excludes[each.id] ?? each.excludes ?? [])],
  })),
  channels: saved.channels.map((each) =>
    each.id in draft.overrides ? { ...each, override_warehouse: draft.overrides[each.id] ?? null } : each,
  ),
});

/** The draft without what is in force anyway. */
export function tidied(saved: Saved, draft: Draft): Draft {
  const differing = <T>(given: Record<string, T>, inForce: (name: string) => unknown) =>
    Object.fromEntries(Object.entries(given).filter(([name, value]) => !isSame(value, inForce(name))));
  const warehouse = (name: string) => saved.warehouses.find((each) => each.id === name);
  const channel = (name: string) => saved.channels.find((each) => each.id === name);
  return {
    base: draft.base,
    account: differing(draft.account, (name) => saved.account[name as keyof Account]),
    excludes: differing(draft.excludes, (name) => warehouse(name)?.excludes ?? []),
    overrides: differing(draft.overrides, (name) => channel(name)?.override_warehouse ?? null),
  };
}

export const changesIn = ({ account, excludes, overrides }: Draft) =>
  [account, excludes, overrides].reduce((sum, each) => sum + Object.keys(each).length, 0);

/** The draft as the API takes it, for a dry run and to save it. */
export const asSent = ({ account, excludes, overrides }: Draft): Schemas["Draft"] => ({
  account,
  warehouses: Object.fromEntries(
    Object.entries(excludes).map(([name, channels]) => [name, { excludes: channels }]),
  ),
  channels: Object.fromEntries(
    Object.entries(overrides).map(([name, warehouse]) => [name, { override_warehouse: warehouse }]),
  ),
});

/** The draft with a warehouse that ships for a channel, or does not. */
export function withExclusion(shown: Saved, draft: Draft, warehouse: string, channel: string): Draft {
  const before = shown.warehouses.find((each) => each.id === warehouse)?.excludes ?? [];
  const next = before.includes(channel)
    ? before.filter((each) => each !== channel)
    : [...before, channel].sort();
  return { ...draft, excludes: { ...draft.excludes, [warehouse]: next } };
}

export type Topic = "priorities" | "channels" | "other";

/** Where on the page a warning belongs: beside what it is about. */
export function topicOf(warning: string): Topic {
  if (/override|excludes/.test(warning)) return "channels";
  return /^account:/.test(warning) ? "priorities" : "other";
}

/** What a person moved between two orders of a list: the fewest items that explain the second, and what is new in it. */
export function movedBetween(before: readonly string[], after: readonly string[]): Set<string> {
  const best: string[][] = []; // of the items up to each place, the longest run that is in the same order in both
  for (const [place, id] of after.entries()) {
    const was = before.indexOf(id);
    const runs = best.slice(0, place).filter((run) => before.indexOf(run.at(-1) ?? "") < was);
    const longest = runs.reduce<string[]>((found, run) => (run.length > found.length ? run : found), []);
    best.push(was < 0 ? [] : [...longest, id]);
  }
  const kept = best.reduce<string[]>((found, run) => (run.length > found.length ? run : found), []);
  return new Set(after.filter((id) => !kept.includes(id)));
}

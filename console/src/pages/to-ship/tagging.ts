/** Tags as they are typed, with commas between them; the API keeps them in lower case. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((each) => each.trim().toLowerCase())
      .filter(Boolean),
  ),
];

/** The tags of an order after some are added or taken off; null where nothing changes. */
export function tagsAfter(
  before: readonly string[],
  named: readonly string[],
  kind: "add" | "remove",
): string[] | null {
  const after =
    kind === "add" ? [...new Set([...before, ...named])] : before.filter((each) => !named.includes(each));
  return after.length === before.length ? null : after;
}

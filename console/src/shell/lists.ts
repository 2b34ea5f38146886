/** The orders of the lists that were opened last, in their order: J and K go through them from an order's page. */
type List = "/" | "/orders";

interface Remembered {
  ids: readonly string[];
  search: Record<string, unknown>;
}

const remembered = new Map<List, Remembered>();

export function remember(list: List, ids: readonly string[], search: object): void {
  remembered.set(list, { ids: [...new Set(ids)], search: search as Record<string, unknown> });
}

export const searchOf = (list: List | undefined) => (list ? remembered.get(list)?.search : undefined);

export function neighbours(list: List | undefined, id: string) {
  const ids = list ? (remembered.get(list)?.ids ?? []) : [];
  const at = ids.indexOf(id);
  if (at < 0) return null;
  return { place: at + 1, all: ids.length, previous: ids[at - 1], next: ids[at + 1] };
}

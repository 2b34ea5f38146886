import { clean } from "../search/parameters";

/** A list's filters under a name that its reader gave them. */
export interface SavedView {
  name: string;
  search: Record<string, unknown>;
}

export const MOST_VIEWS = 30;
export const LONGEST_NAME = 40;

const isView = (value: unknown): value is SavedView => {
  const { name, search } = (value ?? {}) as Partial<SavedView>;
  return typeof name === "string" && name !== "" && typeof search === "object" && search !== null;
};

/** The views that a browser keeps; what is not one, such as of another version, is left out. */
export function viewsIn(stored: string | undefined): SavedView[] {
  try {
    const found: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(found) ? found.filter(isView).slice(0, MOST_VIEWS) : [];
  } catch {
    return [];
  }
}

/** A name as it is kept: without what cannot be seen, such as a joiner of no width that stands alone. */
export const nameOf = (typed: string) => {
  const seen = typed
    .normalize("NFC")
    .replace(/[\p{Cc}\u200b\ufeff]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return /[^\p{C}\p{Z}]/u.test(seen) ? seen.slice(0, LONGEST_NAME).trim() : "";
};
const folded = (name: string) => nameOf(name).toLowerCase();

/** What is wrong with each of these names, by its place: the later one of two is taken. */
export function problemsOfNames(names: readonly string[]): Map<number, "missing" | "taken"> {
  const found = new Map<number, "missing" | "taken">();
  const before = new Set<string>();
  for (const [place, name] of names.map(folded).entries()) {
    if (!name) found.set(place, "missing");
    else if (before.has(name)) found.set(place, "taken");
    before.add(name);
  }
  return found;
}

const inWords = (search: Record<string, unknown>) => JSON.stringify(Object.entries(clean(search)).sort());

/** The view whose filters are those of the page. */
export const viewOf = (views: readonly SavedView[], search: object) =>
  views.find((each) => inWords(each.search) === inWords(search as Record<string, unknown>));

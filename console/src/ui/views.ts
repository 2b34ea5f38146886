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

const folded = (name: string) => name.trim().toLowerCase();

/** Why views cannot have these names. */
export function namesProblem(names: readonly string[]): "missing" | "taken" | undefined {
  if (names.some((name) => !name.trim())) return "missing";
  return new Set(names.map(folded)).size < names.length ? "taken" : undefined;
}

const inWords = (search: Record<string, unknown>) => JSON.stringify(Object.entries(clean(search)).sort());

/** The view whose filters are those of the page. */
export const viewOf = (views: readonly SavedView[], search: object) =>
  views.find((each) => inWords(each.search) === inWords(search as Record<string, unknown>));

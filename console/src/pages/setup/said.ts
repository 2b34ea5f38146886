import { t } from "../../texts";

const words = (name: string) => name.replaceAll("_", " ");

/** A field of a document in words: `handling.cut_off` is `handling, cut off`. */
export const fieldOf = (names: readonly string[]) => names.map(words).join(", ");

/** A value of a document in words, as it stands beside another one. */
export function saidOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return t.setup.meanwhile.nothing;
  if (typeof value === "boolean") return value ? t.setup.meanwhile.on : t.setup.meanwhile.off;
  if (Array.isArray(value)) {
    const between = value.some((each) => typeof each === "object") ? "; " : ", ";
    return value.map(saidOf).join(between) || t.setup.meanwhile.nothing;
  }
  if (typeof value !== "object") return String(value);
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  if (amount !== undefined && currency !== undefined) return `${amount} ${currency}`;
  const parts = Object.entries(value).filter(([, each]) => each !== null);
  return (
    parts.map(([name, each]) => `${words(name)} ${saidOf(each)}`).join(", ") || t.setup.meanwhile.nothing
  );
}

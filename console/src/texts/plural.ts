const LOCALE = typeof navigator === "undefined" ? undefined : navigator.language;
const whole = new Intl.NumberFormat(LOCALE);
const rules = new Intl.PluralRules("en");

/** A whole number as the reader's language groups its digits. */
export const numeral = (n: number) => whole.format(n);

/** The form of a word that goes with a number: `agree(1, "is", "are")`. */
export const agree = (n: number, one: string, other: string) => (rules.select(n) === "one" ? one : other);

/** A number of things: `1 unit`, `2 units`; `other` where an `s` is not enough. */
export const plural = (n: number, one: string, other = `${one}s`) => `${numeral(n)} ${agree(n, one, other)}`;

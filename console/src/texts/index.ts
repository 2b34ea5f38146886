import { en, type Texts } from "./en";

/** The catalogue of the reader's language: until there is a second one, English. */
export const t: Texts = en;

import type { Schemas } from "../../api/client";

/** The orders that units are made for, once each, and that still need any of them. */
export const neededBy = (madeFor: readonly Schemas["MadeFor"][]) => [
  ...new Set(madeFor.filter(({ units, unneeded = 0 }) => units > unneeded).map((each) => each.order)),
];

import { plural } from "../plural";
import { channels } from "./channels";
import { layout, suppliers } from "./suppliers";
import { carriers, warehouses } from "./warehouses";

/** Texts of the set-up: channels, warehouses, boxes, suppliers, carriers, products. */
export const setup = {
  save: "Save",
  discard: "Discard",
  notSaved: "Not saved.",
  savedBut: "Saved, and this contradicts itself:",
  unsaved: (n: number) => `${plural(n, "change")} not saved`,
  saved: (name: string) => `${name} is saved`,
  ownersChange: "An owner may change this.",
  operatorsChange: "An operator may change this.",
  addRow: "Add",
  removeRow: (place: number) => `Remove row ${place}`,
  removeItem: (name: string) => `Remove ${name}`,
  remove: "Remove",
  removeTitle: (name: string) => `Remove ${name}?`,
  removed: (name: string) => `${name} is removed`,
  noMatch: (q: string) => `Nothing matches “${q}”.`,
  create: {
    name: "Name",
    id: "Id",
    idHint: "As the API and files name it; it stays for good.",
    idWrong: "Use lower-case letters, digits and dashes, 40 at most.",
    idTaken: "There is one of that id already.",
    nameMissing: "Give it a name.",
    kind: "Kind",
    later: "All other settings follow on its page.",
  },
  meanwhile: {
    others: (fields: string) =>
      `Another person changed ${fields}. That is shown now, and what you changed is kept: save again if it still fits.`,
    field: (label: string) => `“${label}”`,
    both: (n: number) =>
      n === 1 ? "You and another person changed one field." : `You and another person changed ${n} fields.`,
    mine: "Yours:",
    theirs: "Theirs:",
    keepMine: "Save over",
    takeTheirs: "Take theirs",
    keepMineOf: (field: string) => `Save over: ${field}`,
    takeTheirsOf: (field: string) => `Take theirs: ${field}`,
    allMine: "Save over all",
    allTheirs: "Take all of theirs",
    stored: "Another person changed this since you opened it. Stored now:",
    elsewhere: "Another person changed this since you opened it, and nothing of what is edited here.",
    nothing: "nothing",
    on: "on",
    off: "off",
  },
  active: "Active",
  inactive: "Inactive",
  channels,
  suppliers,
  layout,
  warehouses,
  carriers,
};

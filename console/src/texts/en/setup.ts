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
  active: "Active",
  inactive: "Inactive",
  channels,
  suppliers,
  layout,
  warehouses,
  carriers,
};

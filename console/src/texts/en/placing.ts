import { agree } from "../plural";

/** Texts of orders that are placed by hand, and of editing one. */

export const address = {
  name: "Name",
  company: "Company",
  address1: "Street",
  address2: "Second line",
  address3: "Third line",
  city: "City",
  state: "State or region",
  postcode: "Postcode",
  country: "Country",
  countryHint: "Its name, or two letters",
  phone: "Phone",
};

export const placing = {
  make: "New order",
  title: "New order",
  what: "It is routed at once, as if it came from the channel.",
  submit: "Place order",
  channel: "Channel",
  noChannel: "There is none yet: add one on the page Channels, such as one by hand.",
  number: "Number",
  numberHint: "Empty: it gets one.",
  email: "E-mail",
  currency: "Currency",
  paid: "It is paid",
  paidHint: "An unpaid order keeps its stock and is not handed over.",
  to: "Ship to",
  lines: "Lines",
  price: "Unit price",
  note: "Buyer's note",
  gift: "Gift message",
  way: {
    title: "Where it would go",
    noStock: "no stock taken",
    lacks: "Once there is a country and a line, this says which warehouse would ship it, and why.",
    from: (n: string, place: string) => `${n} from ${place}`,
  },
  wrong: {
    missing: "It is missing.",
    email: "This is no e-mail address.",
    currency: "Three letters, such as EUR.",
    units: "A whole number, 1 or more.",
    price: "An amount, such as 9.50.",
    unknown: (sku: string) => `There is no product ${sku}.`,
  },
  unknown: "Place it with skus that no product has",
  unknownHint:
    "Such a line takes no stock and does not ship. It waits among the exceptions until somebody maps it to a product.",
  slow: "The order is accepted and not stored yet. It is in the list of orders in a moment.",
};

export const editing = {
  button: "Edit",
  title: (number: string) => `Edit ${number}`,
  confirm: "Save changes",
  text: "It is routed again with what you change. Until its channel changes the same field, yours stays.",
  withWarehouse:
    "A warehouse has it already. Hold the order, which takes it back; then edit it, and release it.",
  quantity: (sku: string) => `Units of ${sku}`,
  quantityHint: "Units that stay wanted: 0 cancels the line, more are routed as well and change no payment.",
  unpaid: (paid: number, sku: string, more: number) =>
    `The buyer paid for ${paid} ${sku}: the other ${more} ${agree(more, "is", "are")} free for the buyer`,
  unpaidMissing: "Say that the units beyond those that were paid are free.",
  number: "Enter a whole number, 0 or more.",
};

/** Texts of landed costs: freight, duty and the like of a purchase order. */
export const costs = {
  title: "Landed costs",
  about: "part of what a unit costs",
  none: "None yet: freight, duty or insurance is spread over the lines.",
  add: "Add a cost",
  addTitle: (id: string) => `A cost of ${id}`,
  addText:
    "It is spread over the units that were ordered: those that lie here cost more from now on, those that left are written off.",
  confirm: "Add cost",
  withdraw: "Withdraw",
  withdrawOf: (document: string) => `Withdraw ${document}`,
  withdrawTitle: (document: string) => `Withdraw ${document}?`,
  withdrawText:
    "For a cost that was typed wrongly: the units that lie here cost less by their share, and what was written off for those that left is taken back. It can be added again with the right amount.",
  withdrawConfirm: "Withdraw cost",
  document: "Its papers' number",
  documentHint: "Counts once: the same number again changes nothing.",
  kind: "What for",
  kindHint: "Such as freight",
  amount: (currency: string) => `Amount (${currency})`,
  by: "Spread by",
  bys: { value: "the price of the units", quantity: "the number of units" },
  documentMissing: "Enter the number on its papers.",
  amountMissing: "Enter the amount, such as 120.50.",
};

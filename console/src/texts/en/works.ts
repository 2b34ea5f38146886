import { agree, plural } from "../plural";

/** Texts of work orders. */

const reportOf = (done: number, word: string, broken: number) => {
  const parts = [done > 0 && `${done} ${word}`, broken > 0 && `${broken} lost`].filter(Boolean);
  return parts.length > 0 ? `Report ${parts.join(", ")}` : "Report";
};

export const works = {
  title: "Work orders",
  product: "Product",
  at: "At",
  done: "Done",
  kind: { build: "Build", disassembly: "Take apart" },
  empty: {
    title: "Nothing is being built.",
    text: "A work order builds a product of its components, or takes it apart.",
  },
  make: "New work order",
  shortText:
    "What can be built and is not in a work order already is drafted, by product and warehouse. What no work order can build is left out, and named. Nothing is reserved until you submit a draft.",
  nothing: "Nothing that orders wait for is missing in work orders.",
  begun: (n: number) => plural(n, "work order is drafted.", "work orders are drafted."),
  leftOut: (reasons: string) => `Not drafted: ${reasons}.`,
  cost: "Cost so far",
  expense: "Of it an expense",
  labour: "Work on a unit",
  buildsFor: "Built for",
  wasDone: (n: number) => `${n} done`,
  notDone: {
    build: (n: number) => `${n} not built`,
    disassembly: (n: number) => `${n} not taken apart`,
  },
  madeFor: "What it is built for gets it first:",
  unneeded: (n: number) =>
    `${plural(n, "unit is", "units are")} not needed any more by the orders that ${agree(n, "it was", "they were")} built for.`,
  components: "Components",
  comesOut: "Comes out",
  parts: {
    perUnit: "For each",
    needed: "Needed",
    reserved: "Reserved",
    used: "Used",
    scrapped: "Scrap",
    made: "Made",
    lacking: (n: number) => `${n} lacking`,
    awaited: (n: number) => `${n} being built`,
  },
  recipe: "Its components are those of the product when it is submitted.",
  reports: "Reports",
  did: {
    build: (n: number) => `${n} built`,
    disassembly: (n: number) => `${n} taken apart`,
  },
  failed: (n: number) => `${n} failed`,
  scrap: (n: number, goods: string) => `${n} × ${goods} scrapped`,
  act: {
    submit: "Submit",
    again: "Reserve what lacks",
    submitTitle: (id: string) => `Submit ${id}?`,
    submitText: {
      build: (units: number, place: string) =>
        `The components of ${plural(units, "unit")} are reserved at ${place}, all or none, and nobody else gets them. Components that are built themselves get a work order of their own.`,
      disassembly: (units: number, place: string) =>
        `${plural(units, "unit is", "units are")} reserved at ${place}, and the components are expected there.`,
    },
    force: "Use also what orders wait for",
    report: "Report",
    reportTitle: { build: "What was built?", disassembly: "What was taken apart?" },
    done: { build: "Built", disassembly: "Taken apart" },
    doneHint: (n: number) => `${n} open`,
    tooMany: (open: number) =>
      `${plural(open, "unit is", "units are")} open: make another work order for more.`,
    tooManyBroke: (most: number) => `${most} came apart: no more of them can break.`,
    failed: "Failed",
    failedHint: "Used up their components, still to be built",
    scrap: (goods: string) => `Scrap: ${goods}`,
    why: "What went wrong",
    card: "Job card",
    cardHint: "Its number: the same one again counts once",
    labour: "Cost of this work",
    labourHint: "Empty: what the work order says for each unit",
    text: {
      build: (done: number, place: string) =>
        done > 0
          ? `${plural(done, "unit goes", "units go")} on the shelf at ${place} and ${agree(done, "serves", "serve")} orders that wait; the components leave it.`
          : `What is built goes on the shelf at ${place}. The components leave it, those that broke, too.`,
      disassembly: (done: number, place: string) =>
        `${plural(done, "unit leaves", "units leave")} the shelf at ${place}; what comes out of ${agree(done, "it", "them")}, less the scrap, goes on it.`,
    },
    /** What failed whole, and what broke of its parts. */
    broke: (failed: number, scrap: readonly { goods: string; units: number }[]) =>
      [
        failed > 0 &&
          `${plural(failed, "unit")} failed: ${agree(failed, "its", "their")} components are used up, and ${agree(failed, "it is", "they are")} still to be made.`,
        scrap.length > 0 && `Scrapped: ${scrap.map((each) => `${each.units} × ${each.goods}`).join(", ")}.`,
      ]
        .filter(Boolean)
        .join(" "),
    reportConfirm: {
      build: (n: number, broken: number) => reportOf(n, "built", broken),
      disassembly: (n: number, broken: number) => reportOf(n, "taken apart", broken),
    },
    cardMissing: "Give the number of the job card.",
    nothing: "Say how many units were done, failed or scrapped, in whole numbers.",
    reasonMissing: "Say what went wrong with what failed or broke.",
    apart: "Take apart",
    close: "Close short",
    closeTitle: (id: string) => `Close ${id} short?`,
    closeText: (n: number) =>
      `${plural(n, "unit is", "units are")} not built any more, and what is reserved for ${agree(n, "it", "them")} is free again.`,
    closeConfirm: (n: number) => `Close ${plural(n, "unit")} short`,
    cancel: "Cancel",
    cancelTitle: (id: string) => `Cancel ${id}?`,
    cancelText:
      "What is reserved is free again, and nested work orders that are still new are cancelled, too.",
    cancelConfirm: "Cancel work order",
    keepIt: "Keep it",
    keep: "Keep for stock",
    keepTitle: (n: number) => `Build ${plural(n, "unit")} for stock?`,
    keepText:
      "The orders that they were built for do not want them any more. They serve the oldest order that waits, or stay on the shelf.",
    fewer: "Build fewer",
    fewerTitle: (n: number) => `Build ${plural(n, "unit")} fewer?`,
  },
  draft: {
    title: "New work order",
    editTitle: (id: string) => `Edit ${id}`,
    what: "Nothing is reserved until it is submitted.",
    kind: "What to do",
    labour: "Cost of the work on a unit",
    submit: "Make draft",
    missing: "Name the product.",
  },
};

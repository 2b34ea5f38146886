import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ChannelRules } from "../src/pages/routing/ChannelRules";
import { type Draft, noDraft, type Saved, withDraft, withExclusion } from "../src/pages/routing/draft";
import { Priorities } from "../src/pages/routing/Priorities";
import { knowing, show } from "./opened";

const saved: Saved = {
  version: 41,
  account: { catchall: "york", priorities: ["york", "hull"] },
  warehouses: [
    { id: "york", excludes: [] },
    { id: "hull", excludes: ["web"] },
  ],
  channels: [{ id: "web", kind: "shopify", override_warehouse: "york" }],
};
const client = () => knowing({ me: { id: "1", name: "ann", roles: [], warehouses: [] } });
const rules = (draft: Draft) => ({
  saved,
  shown: withDraft(saved, draft),
  draft,
  warnings: [],
  onChange: () => undefined,
});

it.each([
  ["added", "york"],
  ["taken away", "hull"],
])("marks a channel from which an excluded warehouse was %s", (_, warehouse) => {
  show(<ChannelRules {...rules(withExclusion(saved, noDraft(41), warehouse, "web"))} />, client());

  expect(screen.getAllByText("changed")).toHaveLength(1);
});

it("marks no channel that is as it is in force", () => {
  show(<ChannelRules {...rules(noDraft(41))} />, client());

  expect(screen.queryByText("changed")).toBeNull();
});

it("marks that another warehouse takes what no rule decides", () => {
  show(<Priorities {...rules({ ...noDraft(41), account: { catchall: "hull" } })} />, client());

  expect(screen.getByText("changed")).toBeTruthy();
});

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { rebased } from "../src/ui/merge";
import { open } from "./opened";
import { server } from "./server";

describe("edits on what another person saved meanwhile", () => {
  const base = { name: "York", handling: { days: 1, cut_off: "14:00" }, bought_from: [{ supplier: "a" }] };

  it("stay where only we changed, and are theirs where only they did", () => {
    const mine = { ...base, name: "North" };
    const theirs = { ...base, handling: { days: 2, cut_off: "14:00" } };

    expect(rebased(base, mine, theirs)).toEqual({
      base: theirs,
      mine: { ...theirs, name: "North" },
      clashes: [],
    });
  });

  it("are to be decided where both changed a field, and where both changed a list", () => {
    const mine = { ...base, name: "North", bought_from: [{ supplier: "a" }, { supplier: "b" }] };
    const theirs = { ...base, name: "South", bought_from: [{ supplier: "c" }] };

    expect(rebased(base, mine, theirs).clashes).toEqual([
      { names: ["name"], mine: "North", theirs: "South" },
      { names: ["bought_from"], mine: mine.bought_from, theirs: theirs.bought_from },
    ]);
  });

  it("are no question where both wrote the same, nor in different entries of a table", () => {
    const bins = { bins: { york: "A", "st. ives": "B" } };
    const mine = { bins: { york: "A1", "st. ives": "B" } };
    const theirs = { bins: { york: "A", "st. ives": "B2", leeds: "C" } };

    expect(rebased(bins, mine, theirs)).toMatchObject({
      mine: { bins: { york: "A1", "st. ives": "B2", leeds: "C" } },
      clashes: [],
    });
    expect(rebased(bins, mine, mine).clashes).toEqual([]);
    expect(rebased<object>(bins, { bins: { york: "A" } }, theirs).clashes).toEqual([
      { names: ["bins", "st. ives"], mine: undefined, theirs: "B2" },
    ]);
  });
});

const terms = (supplier: string, minimum = 0) => ({
  supplier,
  price: { amount: "6.40", currency: "EUR" },
  case_pack: 6,
  minimum,
  lead_days: 5,
});
const MUG = { sku: "MUG", name: "Mug", kind: "stocked", reserve: 0, bought_from: [terms("loomworks")] };

describe("a save of what another person has changed", () => {
  let stored: typeof MUG;
  let version: number;
  let sent: { body: unknown; tag: string | null }[];
  beforeEach(() => {
    [stored, version, sent] = [MUG, 1, []];
  });
  const tag = () => `"v${version}"`;
  const headers = () => ({ ETag: tag(), "Cache-Control": "no-store" });
  const theySave = (change: Partial<typeof MUG>) => {
    stored = { ...stored, ...change };
    version += 1;
  };
  const shown = async () => {
    open("/products/MUG", {
      answers: {
        "/suppliers": {
          items: [
            { id: "loomworks", name: "Loomworks" },
            { id: "potters", name: "Potters" },
          ],
          next: null,
        },
        "/account": { currency: "EUR" },
      },
    });
    server.use(
      http.get("*/api/products/MUG", () => HttpResponse.json(stored, { headers: headers() })),
      http.patch("*/api/products/MUG", async ({ request }) => {
        const body = (await request.json()) as Partial<typeof MUG>;
        sent.push({ body, tag: request.headers.get("if-match") });
        if (request.headers.get("if-match") !== tag())
          return HttpResponse.json({ detail: "it was changed since you read it" }, { status: 412 });
        theySave(body);
        return HttpResponse.json({ ...stored, warnings: [] }, { headers: headers() });
      }),
    );
    await screen.findByDisplayValue("Mug");
  };
  const type = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  const save = () => fireEvent.click(screen.getByRole("button", { name: "Save" }));
  const refused = () => screen.findByText(/it was changed since you read it/i);
  const shownIn = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value;

  it("says which version it is made on, and goes through where nobody else saved", async () => {
    await shown();
    type("Name", "Cup");
    save();

    await waitFor(() => expect(sent).toEqual([{ body: { name: "Cup" }, tag: '"v1"' }]));
    await waitFor(() => expect(screen.queryByText(/not saved/)).toBeNull());
    expect(stored.name).toBe("Cup");
  });

  it("is refused, keeps what was typed, and shows what the other person changed", async () => {
    await shown();
    type("Name", "Cup");
    theySave({ bought_from: [terms("loomworks", 12), terms("potters")] });
    save();

    await refused();
    expect(await screen.findByText(/Another person changed “Who sells it”\./)).toBeTruthy();
    expect(shownIn("Name")).toBe("Cup");
    expect(screen.getByRole("group", { name: "Potters" })).toBeTruthy();
    save();
    await waitFor(() => expect(sent[1]).toEqual({ body: { name: "Cup" }, tag: '"v2"' }));
    expect(stored.bought_from).toHaveLength(2);
  });

  it("asks whose list stays where both changed it: theirs", async () => {
    await shown();
    type("Units at least", "24");
    theySave({ bought_from: [terms("potters", 3)] });
    save();

    const note = (await screen.findByText("You and another person changed one field.")).closest(
      "[role=alert]",
    );
    expect(within(note as HTMLElement).getByText(/Supplier: Loomworks.*Units at least: 24/)).toBeTruthy();
    expect(within(note as HTMLElement).getByText(/Supplier: Potters.*Units at least: 3/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Take theirs: Who sells it" }));

    await waitFor(() => expect(shownIn("Units at least")).toBe("3"));
    expect(screen.queryByText(/You and another person/)).toBeNull();
    expect(stored.bought_from).toEqual([terms("potters", 3)]);
  });

  it("asks whose list stays where both changed it: ours", async () => {
    await shown();
    type("Units at least", "24");
    theySave({ bought_from: [terms("potters", 3)] });
    save();
    fireEvent.click(await screen.findByRole("button", { name: "Save over: Who sells it" }));
    save();

    await waitFor(() => expect(stored.bought_from).toEqual([terms("loomworks", 24)]));
    expect(sent.at(-1)).toEqual({ body: { bought_from: [terms("loomworks", 24)] }, tag: '"v2"' });
  });

  it("keeps what is typed while it is sent", async () => {
    await shown();
    type("Name", "Cup");
    save();
    type("Units kept back", "3");

    await waitFor(() => expect(stored.name).toBe("Cup"));
    await screen.findByText("1 change not saved");
    save();
    await waitFor(() => expect(sent.at(-1)).toEqual({ body: { reserve: 3 }, tag: '"v2"' }));
  });

  it("decides all fields at once", async () => {
    await shown();
    type("Name", "Cup");
    type("Units at least", "24");
    theySave({ name: "Beaker", bought_from: [] });
    save();
    fireEvent.click(await screen.findByRole("button", { name: "Take all of theirs" }));

    await waitFor(() => expect(shownIn("Name")).toBe("Beaker"));
    expect(screen.queryByText(/not saved/i)).toBeNull();
  });
});

describe("what is edited in a form over its page", () => {
  it("names what another person saved, and may be saved over that", async () => {
    const seen: (string | null)[] = [];
    const stored = { id: "u2", email: "bob@example.com", roles: ["operator"], warehouses: [], enabled: true };
    const bob = { ...stored, status: "confirmed", mfa: true, created_at: "2026-11-01T00:00:00Z" };
    const user = (roles: string[], tag: string) =>
      HttpResponse.json({ ...bob, roles }, { headers: { ETag: tag, "Cache-Control": "no-store" } });
    open("/people", { answers: { "/users": { items: [bob], next: null } } });
    server.use(
      http.get("*/api/users/u2", () =>
        seen.length ? user(["read_only"], '"r2"') : user(["operator"], '"r1"'),
      ),
      http.patch("*/api/users/u2", ({ request }) => {
        seen.push(request.headers.get("if-match"));
        return seen.at(-1) === '"r2"'
          ? user(["owner", "operator"], '"r3"')
          : HttpResponse.json({ detail: "it was changed by ada since you read it" }, { status: 412 });
      }),
    );
    fireEvent.click(await screen.findByRole("button", { name: /bob/ }));
    fireEvent.click(await screen.findByRole("menuitem", { name: /Change/ }));
    fireEvent.click(await screen.findByLabelText(/^Owner/));
    fireEvent.click(screen.getByRole("button", { name: "Change rights" }));

    expect(await screen.findByText(/changed by ada/)).toBeTruthy();
    const note = (await screen.findByText(/Another person changed this/)).closest("[role=alert]");
    expect(within(note as HTMLElement).getByText("Reads only")).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>(/^Owner/).checked).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Save over" }));
    fireEvent.click(screen.getByRole("button", { name: "Change rights" }));
    await waitFor(() => expect(seen).toEqual(['"r1"', '"r2"']));
  });
});

it("calls a part of a supplier whose tab is not open as that tab", async () => {
  let stored = { id: "kiln", name: "Kiln", active: true, purchasing: { terms: "30 days" } };
  let tag = 1;
  const answer = () =>
    HttpResponse.json(stored, { headers: { ETag: `"v${tag}"`, "Cache-Control": "no-store" } });
  open("/suppliers/kiln");
  server.use(
    http.get("*/api/suppliers/kiln", answer),
    http.patch("*/api/suppliers/kiln", () => {
      stored = { ...stored, purchasing: { terms: "60 days" } };
      tag += 1;
      return HttpResponse.json({ detail: "it was changed since you read it" }, { status: 412 });
    }),
  );
  const name = await screen.findByDisplayValue("Kiln");
  fireEvent.change(name, { target: { value: "Kilns" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));

  expect(await screen.findByText(/Another person changed “Purchase orders, terms”\./)).toBeTruthy();
});

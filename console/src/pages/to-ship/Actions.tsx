import { Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answerOf, api, Refused, type Schemas, sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Kbd } from "../../ui/bits";
import { count } from "../../ui/format";
import { openDocument } from "../../ui/print";
import type { Keys } from "../../ui/shortcuts";
import { BuyDialog } from "./BuyDialog";
import { HoldDialog } from "./HoldDialog";
import { MergeDialog } from "./MergeDialog";
import { MoveDialog } from "./MoveDialog";
import { areMergeable } from "./merging";
import { canBuy, holdNote, ordersOf, type Row, readiness } from "./rows";
import { ShipByDialog } from "./ShipByDialog";
import { TagDialog } from "./TagDialog";
import { keysOf, refsOf, type useSelection } from "./useRows";

/** So many slips the API prints at once. */
const MOST_SLIPS = 200;

export type Dialog = {
  kind: "buy" | "hold" | "release" | "tag" | "shipBy" | "move" | "merge";
  rows: readonly Row[];
} | null;

/** What may be done with these rows, and by which key. */
export function useActions(rows: readonly Row[], open: (dialog: Dialog) => void) {
  const can = useCan();
  const [problem, setProblem] = useState("");
  const print = useMutation({
    mutationFn: (kind: "slip" | "pick") =>
      openDocument(() => (kind === "slip" ? slipsOf(rows) : pickListOf(rows))),
    onMutate: () => setProblem(""),
    onError: (error) => setProblem(sentenceOf(error)),
  });
  const printRows = (kind: "slip" | "pick") => !print.isPending && print.mutate(kind);
  const about = keysOf(rows).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was refused is about the rows that were printed
  useEffect(() => setProblem(""), [about]);
  const isHeld = rows.length > 0 && rows.every((row) => row.view === "held");
  const may = {
    buy: can("POST /label-batches") && rows.some(canBuy),
    slip: can("POST /packing-slips") && refsOf(rows).length > 0,
    pick: can("POST /pick-lists") && refsOf(rows).length > 0,
    hold: can("POST /orders/{order_id}/hold") && rows.length > 0,
    tag: can("PUT /orders/{order_id}/tags") && rows.length > 0,
    shipBy: can("PUT /orders/{order_id}/ship-by") && rows.length > 0,
    move: can("POST /orders/{order_id}/fulfilments/{number}/take-back") && rows.length > 0,
    merge: can("POST /merges") && areMergeable(rows),
  };
  const act = {
    buy: () => may.buy && open({ kind: "buy", rows }),
    slip: () => may.slip && printRows("slip"),
    pick: () => may.pick && printRows("pick"),
    hold: () => may.hold && open({ kind: isHeld ? "release" : "hold", rows }),
    tag: () => may.tag && open({ kind: "tag", rows }),
    shipBy: () => may.shipBy && open({ kind: "shipBy", rows }),
    move: () => may.move && open({ kind: "move", rows }),
    merge: () => may.merge && open({ kind: "merge", rows }),
  };
  const keys: Keys = {
    p: act.buy,
    l: act.slip,
    i: act.pick,
    h: act.hold,
    t: act.tag,
    d: act.shipBy,
    m: act.move,
    o: act.merge,
  };
  return { may, act, keys, isHeld, busy: print.isPending, problem };
}

type Printed = { fulfilments: Schemas["FulfilmentRef"][] };

/** The document of those rows that were handed over to a warehouse; what does not fit is said by its order's number. */
async function documentOf(rows: readonly Row[], print: (body: Printed) => Promise<Schemas["Document"]>) {
  const handedOver = rows.filter((row) => row.fulfilment !== null);
  try {
    return (await print({ fulfilments: refsOf(handedOver) })).url;
  } catch (error) {
    const numbers = handedOver.map((row) => row.number);
    throw error instanceof Refused ? error.about("fulfilments", numbers) : error;
  }
}

async function slipsOf(rows: readonly Row[]) {
  if (refsOf(rows).length > MOST_SLIPS) throw new Refused(422, { detail: t.toShip.slipsMost(MOST_SLIPS) });
  return documentOf(rows, (body) => answerOf(api.POST("/packing-slips", { body })));
}

async function pickListOf(rows: readonly Row[]) {
  if (new Set(rows.map((row) => row.warehouse)).size > 1)
    throw new Refused(422, { detail: t.toShip.pickListMixed });
  return documentOf(rows, (body) => answerOf(api.POST("/pick-lists", { body })));
}

interface ActionsProps {
  selection: ReturnType<typeof useSelection>;
  actions: ReturnType<typeof useActions>;
}

/** The bar that comes with the first selected row. */
export function Actions({ selection, actions }: ActionsProps) {
  const { chosen } = selection;
  const { may, act, isHeld, busy, problem } = actions;
  if (chosen.length === 0)
    return problem ? (
      <div className="dock">
        <span className="danger dock-problem" role="alert">
          {problem}
        </span>
      </div>
    ) : null;
  const { ready, lacking, labelled, waiting } = readiness(chosen);
  return (
    <div className="dock" role="toolbar" aria-label={t.toShip.selected(count(chosen.length))}>
      <span className="b" role="status">
        {t.toShip.selected(count(chosen.length))}
      </span>
      {problem ? (
        <span className="danger dock-problem" role="alert">
          {problem}
        </span>
      ) : (
        <span className="dim hide-s">{t.toShip.readiness(ready, lacking, labelled, waiting)}</span>
      )}
      <span className="sep" />
      {may.buy && (
        <Button look="primary" icon="printer" keyName="P" onClick={act.buy}>
          {t.toShip.buy}
        </Button>
      )}
      {may.pick && (
        <Button keyName="I" busy={busy} onClick={act.pick}>
          {t.toShip.pickList}
        </Button>
      )}
      {may.slip && (
        <Button keyName="L" busy={busy} onClick={act.slip}>
          {t.toShip.slip(chosen.length)}
        </Button>
      )}
      {may.hold && (
        <Button icon="hand-stop" keyName="H" onClick={act.hold}>
          {isHeld ? t.toShip.release : t.toShip.hold}
        </Button>
      )}
      <MoreActions actions={actions} />
      <span className="sep" />
      <Button
        look="quiet"
        icon="x"
        aria-label={t.common.clear}
        title={`${t.common.clear} (Esc)`}
        onClick={selection.clear}
      />
    </div>
  );
}

/** What is rarer, behind one button; each has its key. */
function MoreActions({ actions: { may, act } }: { actions: ReturnType<typeof useActions> }) {
  const more = [
    { name: "tag", label: t.toShip.tag, key: "T" },
    { name: "shipBy", label: t.shipBy.button, key: "D" },
    { name: "move", label: t.moving.button, key: "M" },
    { name: "merge", label: t.merging.button, key: "O" },
  ] as const;
  const shown = more.filter(({ name }) => may[name]);
  if (shown.length === 0) return null;
  return (
    <Menu position="top-end" width={200}>
      <Menu.Target>
        <Button icon="dots">{t.common.more}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {shown.map(({ name, label, key }) => (
          <Menu.Item
            key={name}
            aria-keyshortcuts={key}
            rightSection={<Kbd>{key}</Kbd>}
            onClick={() => act[name]()}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface DialogsProps {
  dialog: Dialog;
  onClose: () => void;
  onDone: () => void;
}

const DONE = {
  hold: t.hold.held,
  release: t.hold.released,
  tag: t.tag.done,
  shipBy: t.shipBy.done,
  move: t.moving.done,
  merge: t.merging.done,
};

export function Dialogs({ dialog, onClose, onDone }: DialogsProps) {
  const names = useNames();
  if (!dialog) return null;
  const { kind } = dialog;
  if (kind === "buy") return <BuyDialog rows={dialog.rows} onClose={onClose} onBought={onDone} />;
  const done = (n: number) => {
    onDone();
    say(DONE[kind](n));
  };
  const common = { rows: dialog.rows, onClose, onDone: done };
  if (kind === "shipBy") return <ShipByDialog {...common} />;
  if (kind === "move") return <MoveDialog {...common} />;
  if (kind === "merge") return <MergeDialog {...common} />;
  const orders = ordersOf(dialog.rows, (row) =>
    kind === "hold" ? holdNote(row, names.warehouse) : undefined,
  );
  if (kind === "tag") return <TagDialog {...common} orders={orders} />;
  return <HoldDialog kind={kind} orders={orders} onClose={onClose} onDone={done} />;
}

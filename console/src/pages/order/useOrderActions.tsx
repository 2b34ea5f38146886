import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import type { Asked } from "./Dialogs";
import { isOpen, mayShip, unitsOpen } from "./stands";

type Order = Schemas["OrderView"];

/** Its fulfilment order that a label can be bought for. */
const unlabelledOf = (order: Order) =>
  order.fulfilments
    .filter((each) => isOpen(each) && each.kind === "own")
    .find((each) => !each.labels.some(({ state }) => state === "bought" || state === "buying"));

/** Its fulfilment orders that can be marked as shipped: those of our own warehouses first, since partners report theirs. */
const leavingOf = (order: Order) => {
  const open = order.fulfilments.filter(isOpen);
  return [...open.filter((each) => each.kind === "own"), ...open.filter((each) => each.kind !== "own")];
};

/** What the order and the reader's role allow. */
function allowed(order: Order, can: ReturnType<typeof useCan>) {
  const held = order.flags.includes("held");
  const ended = order.status === "complete" || order.status === "cancelled";
  return {
    held,
    buys: can("POST /label-batches") && unlabelledOf(order) !== undefined && !held,
    ships: mayShip(order, can) && order.fulfilments.some(isOpen),
    holds: can(held ? "POST /orders/{order_id}/release" : "POST /orders/{order_id}/hold") && !ended,
    pays: can("POST /orders/{order_id}/pay") && order.status === "awaiting_payment",
    tags: can("PUT /orders/{order_id}/tags"),
    edits: can("PATCH /orders/{order_id}") && !ended,
    completes: can("POST /orders/{order_id}/complete") && !ended,
    cancels: can("POST /orders/{order_id}/cancel") && !ended && unitsOpen(order) > 0,
  };
}

/** What can be done with the order as it is, most sensible first. */
export function useOrderActions(order: Order, ask: (asked: Asked) => void) {
  const names = useNames();
  const { held, buys, ships, holds, pays, tags, edits, completes, cancels } = allowed(order, useCan());
  const unlabelled = unlabelledOf(order);
  const leaving = leavingOf(order);
  const [first] = leaving;
  const byPartner = first !== undefined && first.kind !== "own";
  const buy = () => buys && ask({ kind: "buy", fulfilment: unlabelled });
  const ship = () => ships && ask({ kind: "ship", fulfilment: first, among: leaving });
  const hold = () => holds && ask(held ? { kind: "release" } : { kind: "hold" });
  const tag = () => tags && ask({ kind: "tag" });
  const isWithWarehouse = !held && order.fulfilments.some(isOpen);
  const edit = () => edits && ask(isWithWarehouse ? { kind: "hold", toEdit: true } : { kind: "edit" });
  const buttons = (
    <>
      {buys && (
        <Button look="primary" icon="printer" keyName="P" onClick={buy}>
          {t.one.buyLabel(names.warehouse(unlabelled?.warehouse))}
        </Button>
      )}
      {pays && (
        <Button look={buys ? "plain" : "primary"} onClick={() => ask({ kind: "pay" })}>
          {t.one.pay}
        </Button>
      )}
      {ships && (
        <Button keyName="S" look={buys || pays || held || byPartner ? "plain" : "primary"} onClick={ship}>
          {t.one.ship}
        </Button>
      )}
      {holds && (
        <Button icon="hand-stop" keyName="H" look={held && !pays ? "primary" : "plain"} onClick={hold}>
          {held ? t.one.release : t.one.hold}
        </Button>
      )}
      {edits && (
        <Button icon="pencil" keyName="E" onClick={edit}>
          {t.editing.button}
        </Button>
      )}
      {completes && <Button onClick={() => ask({ kind: "complete" })}>{t.one.complete}</Button>}
      {cancels && (
        <Button look="bad" onClick={() => ask({ kind: "cancel" })}>
          {t.one.cancel}
        </Button>
      )}
    </>
  );
  return { buttons, keys: { p: buy, s: ship, h: hold, t: tag, e: edit } };
}

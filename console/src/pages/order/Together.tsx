import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button, Refusal } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { OrdersOf } from "../numbered/OrdersOf";
import type { Asked } from "./Dialogs";
import { isChangeable } from "./units";
import { useOrderChange } from "./useOrderChange";

type Order = Schemas["OrderView"];
type Fulfilment = Schemas["FulfilmentView"];

interface TogetherProps {
  order: Order;
  fulfilment: Fulfilment;
  onAsk: (asked: Asked) => void;
}

const isLabelled = ({ labels }: Fulfilment) =>
  labels.some(({ state }) => state === "buying" || state === "bought" || state === "voiding");

/** Whether a fulfilment order may leave in one parcel with those of other orders, as far as the page sees. */
export const isMergeable = (order: Pick<Order, "flags">, fulfilment: Fulfilment) =>
  fulfilment.kind === "own" &&
  isChangeable(fulfilment) &&
  !isLabelled(fulfilment) &&
  !order.flags.includes("held");

/** Fulfilment orders of other orders that could leave in the same parcel, one of each order. */
export function useCompany(order: Order, fulfilment: Fulfilment) {
  const can = useCan();
  const path = { order_id: order.id, number: fulfilment.number };
  const company = useQuery({
    queryKey: ["could-ship-with", fulfilment.id],
    queryFn: async () =>
      (
        await answerOf(
          api.GET("/orders/{order_id}/fulfilments/{number}/could-ship-with", { params: { path } }),
        )
      ).items,
    enabled: can("POST /merges") && isMergeable(order, fulfilment),
  });
  return oneEach(company.data ?? []);
}

/** The first of each order: parts of one order are joined instead. */
const oneEach = (company: readonly Schemas["MergeItem"][]) =>
  company.filter((each, place) => company.findIndex((other) => other.order === each.order) === place);

/** With which orders it leaves in one parcel, or could. */
export function Together({ order, fulfilment, onAsk }: TogetherProps) {
  const company = useCompany(order, fulfilment);
  if (fulfilment.merge) return <Merged order={order} fulfilment={fulfilment} merge={fulfilment.merge} />;
  if (company.length === 0) return null;
  return (
    <span className="parcel">
      <Icon name="package" />
      <span>{t.merging.could}</span>
      {company.map((each) => (
        <Link key={each.order} to="/orders/$id" params={{ id: each.order }} className="link code">
          {each.number}
        </Link>
      ))}
      <span className="right">
        <Button small onClick={() => onAsk({ kind: "merge", fulfilment })}>
          {t.merging.button}
        </Button>
      </span>
    </span>
  );
}

interface MergedProps {
  order: Order;
  fulfilment: Fulfilment;
  merge: Schemas["Merge"];
}

function Merged({ order, fulfilment, merge }: MergedProps) {
  const can = useCan();
  const change = useOrderChange(order);
  const others = merge.members.filter((each) => each.order !== order.id);
  const params = { path: { order_id: order.id, number: fulfilment.number } };
  const takeOut = useMutation({
    mutationFn: () =>
      change(answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/unmerge", { params }))),
  });
  const mayTakeOut =
    can("POST /orders/{order_id}/fulfilments/{number}/unmerge") &&
    fulfilment.parcels.length === 0 &&
    !isLabelled(fulfilment);
  return (
    <span className="parcel">
      <Icon name="package" />
      <span>{t.merging.leaves}</span>
      <OrdersOf ids={others.map((each) => each.order)} />
      <Refusal error={takeOut.error} />
      {mayTakeOut && (
        <span className="right">
          <Button small busy={takeOut.isPending} onClick={() => takeOut.mutate()}>
            {t.merging.takeOut}
          </Button>
        </span>
      )}
    </span>
  );
}

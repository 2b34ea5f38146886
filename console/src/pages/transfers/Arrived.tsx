import { useNavigate } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { atPartner } from "../numbered/feeds";
import { useChange } from "../numbered/one";
import { Receive } from "../numbered/Receive";
import { type Arrival, inParts, MOST_LINES, returnReceipt, transferReceipt } from "../numbered/receiving";
import type { Transfer } from "./units";

const x = t.transfers;

/** Count what arrived at the one end, or came back to the other. */
export function Arrived({ order, doing }: { order: Transfer; doing: "receive" | "return" }) {
  const navigate = useNavigate({ from: "/transfers/$id" });
  const names = useNames();
  const can = useCan();
  const change = useChange<Transfer>("/transfers");
  const arrives = doing === "receive";
  const params = { path: { transfer_id: order.id } };
  const lines = order.lines.map((each) => ({
    id: each.id,
    sku: each.sku,
    barcode: each.barcode,
    name: each.name,
    open: each.open,
    late: each.lost,
    cameLate: x.foundAgain,
    refusesMore: true,
    expected: each.sent,
    soFar: arrives ? each.received : each.returned,
  }));
  const receive = (receipt: string, body: ReturnType<typeof transferReceipt>) =>
    answerOf(api.POST("/transfer-orders/{transfer_id}/receive", { params, body: { receipt, lines: body } }));
  const takeBack = (receipt: string, body: ReturnType<typeof returnReceipt>) =>
    answerOf(api.POST("/transfer-orders/{transfer_id}/return", { params, body: { receipt, lines: body } }));
  const consequence = ({ good, bad, lost, stays }: Arrival) => {
    const to = names.warehouse(order.to_warehouse);
    const from = order.from_warehouse;
    if (!arrives) return atPartner(x.act.returnText(good, bad, names.warehouse(from)), names, from);
    if (!order.is_counted) return x.act.recordText(lost, stays, to);
    return atPartner(x.act.receiveText(good, bad, lost, stays, to), names, order.to_warehouse);
  };
  return (
    <Receive
      lines={lines}
      recorded={order.receipts.map((each) => each.receipt)}
      counts={{
        expected: x.lines.sent,
        bad: x.lines.damaged,
        lost: arrives,
        over: arrives && can("POST /transfer-orders/{transfer_id}/close"),
      }}
      title={arrives ? x.act.receiveTitle(order.id) : x.act.returnTitle(order.id)}
      verb={x.act.verb}
      consequence={consequence}
      send={(receipt, arrival) =>
        arrives
          ? inParts(transferReceipt(arrival), MOST_LINES.transfer, (part) => change(receive(receipt, part)))
          : inParts(returnReceipt(arrival), MOST_LINES.transfer, (part) => change(takeBack(receipt, part)))
      }
      onClose={() => navigate({ search: {} })}
    />
  );
}

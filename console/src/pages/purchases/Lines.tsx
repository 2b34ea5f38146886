import type { Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { count, dateOf, listed, money } from "../../ui/format";
import { GoodsLink } from "../numbered/GoodsLink";
import { neededBy } from "../numbered/madeFor";
import { OrdersOf } from "../numbered/OrdersOf";
import type { Asked } from "./Dialogs";
import type { Purchase } from "./Purchase";

type Line = Schemas["PurchaseLineView"];
const l = t.purchases.lines;
const zero = (n: number) => (n ? "num" : "num zero");

/** Lines, and where the units of each are. */
export function Lines({ order, onAsk }: { order: Purchase; onAsk: (asked: Asked) => void }) {
  const hasPrices = order.lines.some((each) => each.unit_cost);
  const units = order.lines.reduce((n, each) => n + each.ordered, 0);
  return (
    <section className="card" aria-labelledby="lines">
      <header>
        <h2 id="lines">{t.numbered.lines}</h2>
        <span className="dim">{t.one.linesCount(order.lines.length, units)}</span>
      </header>
      <table className="tbl card-tbl doc-lines">
        <thead>
          <tr>
            <th>{l.item}</th>
            <th className="num s4">{l.ordered}</th>
            <th className="num s4">{l.received}</th>
            <th className="num s4">{l.rejected}</th>
            <th className="num s4">{l.open}</th>
            <th className="n3 p2">{l.due}</th>
            {hasPrices && <th className="num n6 p2">{l.cost}</th>}
          </tr>
        </thead>
        <tbody>
          {order.lines.map((each) => (
            <tr key={each.id}>
              <td className="wrap">
                <Item line={each} onAsk={onAsk} />
              </td>
              <td className="num">{count(each.ordered)}</td>
              <td className={zero(each.received)}>{count(each.received)}</td>
              <td className={zero(each.rejected)}>{count(each.rejected)}</td>
              <td className={`m ${zero(each.open)}`}>{count(each.open)}</td>
              <td className="p2">
                {each.expected_on ? dateOf(each.expected_on) : <span className="dim">{t.common.none}</span>}
              </td>
              {hasPrices && <td className="num p2">{money(each.unit_cost)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Item({ line, onAsk }: { line: Line; onAsk: (asked: Asked) => void }) {
  const can = useCan();
  const orders = neededBy(line.made_for);
  const said = listed(
    line.supplier_sku && l.theirs(line.supplier_sku),
    line.case_pack > 1 && l.cases(line.case_pack),
  );
  const chips: [string, string][] = [
    [line.refused ? l.refused(line.refused) : "", ""],
    [line.closed ? l.closed(line.closed) : "", ""],
    [line.over ? l.over(line.over) : "", ""],
    [line.over_rejected ? l.overRejected(line.over_rejected) : "", ""],
    [line.unneeded ? l.unneeded(line.unneeded) : "", "t-warn"],
    [line.offered ? l.offered(money(line.offered)) : "", "t-warn"],
    [line.surplus ? l.surplus(line.surplus) : "", "t-warn"],
  ];
  return (
    <>
      <GoodsLink name={line.name} sku={line.sku} />
      <span className="item-facts">
        {said && <span className="dim small">{said}</span>}
        {orders.length > 0 && (
          <span className="dim small">
            {t.numbered.ordersOf.for} <OrdersOf ids={orders} />
          </span>
        )}
        {chips
          .filter(([text]) => text)
          .map(([text, tone]) => (
            <span key={text} className={`chip ${tone}`}>
              {text}
            </span>
          ))}
        {line.surplus > 0 && can("POST /purchase-orders/{purchase_id}/lines/{line_id}/surplus") && (
          <button type="button" className="link" onClick={() => onAsk({ kind: "surplus", line })}>
            {t.purchases.act.decide}
          </button>
        )}
        {line.answer && <span className="dim small">{line.answer}</span>}
      </span>
    </>
  );
}

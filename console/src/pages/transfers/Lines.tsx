import { t } from "../../texts";
import { count, money } from "../../ui/format";
import { GoodsLink } from "../numbered/GoodsLink";
import { Available } from "./Available";
import { type Transfer, unitsOf } from "./units";

const x = t.transfers;
const zero = (n: number) => (n ? "num" : "num zero");

/** Its lines, and once it was sent where the units of each are. */
export function Lines({ order }: { order: Transfer }) {
  const l = x.lines;
  const isSent = order.sent_at !== null;
  const waits = !isSent && order.state === "requested";
  const hasCost = order.lines.some((each) => each.cost);
  return (
    <section className="card" aria-labelledby="lines">
      <header>
        <h2 id="lines">{t.numbered.lines}</h2>
        <span className="dim">{t.one.linesCount(order.lines.length, unitsOf(order, "units"))}</span>
      </header>
      <table className="tbl card-tbl doc-lines">
        <thead>
          <tr>
            <th>{t.receive.columns.item}</th>
            <th className="num s5">{l.requested}</th>
            {waits && <th className="num s5">{l.available}</th>}
            {isSent && (
              <>
                <th className="num s4">{l.sent}</th>
                <th className="num s5">{l.open}</th>
                <th className="num s4">{l.received}</th>
                <th className="num s5">{l.damaged}</th>
                <th className="num s4">{l.lost}</th>
                {hasCost && <th className="num n6 p2">{l.cost}</th>}
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {order.lines.map((each) => (
            <tr key={each.id}>
              <td className="wrap">
                <GoodsLink name={each.name} sku={each.sku} />
                <span className="item-facts">
                  {each.returned > 0 && <span className="chip">{x.wasReturned(each.returned)}</span>}
                  {each.over > 0 && <span className="chip t-warn">{l.over(each.over)}</span>}
                </span>
              </td>
              <td className="num">{count(each.units)}</td>
              {waits && (
                <td className="num">
                  <Available sku={each.sku} warehouse={order.from_warehouse} units={each.units} />
                </td>
              )}
              {isSent && (
                <>
                  <td className={zero(each.sent)}>{count(each.sent)}</td>
                  <td className={`m ${zero(each.open)}`}>{count(each.open)}</td>
                  <td className={zero(each.received)}>{count(each.received)}</td>
                  <td className={zero(each.damaged)}>{count(each.damaged)}</td>
                  <td className={zero(each.lost)}>
                    {each.lost ? <span className="danger m">{count(each.lost)}</span> : 0}
                  </td>
                  {hasCost && <td className="num p2">{money(each.cost)}</td>}
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

import { Link } from "@tanstack/react-router";
import { t } from "../../texts";
import { count } from "../../ui/format";
import { GoodsLink } from "../numbered/GoodsLink";
import type { Work } from "./Work";

const w = t.works;

const zero = (n: number) => (n ? "num" : "num zero");

/** What is used up, how much of it is there, and what lacks. */
export function Components({ order }: { order: Work }) {
  return (
    <section className="card" aria-labelledby="components">
      <header>
        <h2 id="components">{order.kind === "build" ? w.components : w.product}</h2>
      </header>
      {order.inputs.length === 0 ? (
        <p className="pad14 dim">{w.recipe}</p>
      ) : (
        <table className="tbl card-tbl doc-lines">
          <thead>
            <tr>
              <th>{t.receive.columns.item}</th>
              <th className="num s4">{w.parts.perUnit}</th>
              <th className="num s4">{w.parts.needed}</th>
              <th className="num s5">{w.parts.reserved}</th>
              <th className="num s4">{w.parts.used}</th>
              <th className="num s4 p2">{w.parts.scrapped}</th>
            </tr>
          </thead>
          <tbody>
            {order.inputs.map((each) => (
              <tr key={each.sku}>
                <td className="wrap">
                  <GoodsLink name={each.name} sku={each.sku} />
                  <span className="item-facts">
                    {each.lacking > 0 && <span className="chip t-warn">{w.parts.lacking(each.lacking)}</span>}
                    {each.awaited > 0 && <span className="chip t-info">{w.parts.awaited(each.awaited)}</span>}
                    {each.nested && (
                      <Link to="/work-orders/$id" params={{ id: each.nested }} className="link">
                        {each.nested}
                      </Link>
                    )}
                  </span>
                </td>
                <td className="num">{count(each.per_unit)}</td>
                <td className={zero(order.open)}>{count(each.per_unit * order.open)}</td>
                <td className={zero(each.reserved)}>{count(each.reserved)}</td>
                <td className={zero(each.used)}>{count(each.used)}</td>
                <td className={`p2 ${zero(each.scrapped)}`}>{count(each.scrapped)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** What is taken apart becomes these. */
export function Outputs({ order }: { order: Work }) {
  return (
    <section className="card" aria-labelledby="outputs">
      <header>
        <h2 id="outputs">{w.comesOut}</h2>
      </header>
      <table className="tbl card-tbl doc-lines">
        <thead>
          <tr>
            <th>{t.receive.columns.item}</th>
            <th className="num s4">{w.parts.perUnit}</th>
            <th className="num s4">{w.parts.made}</th>
            <th className="num s4">{w.parts.scrapped}</th>
          </tr>
        </thead>
        <tbody>
          {order.outputs.map(({ sku, name, per_unit, made = 0, scrapped = 0 }) => (
            <tr key={sku}>
              <td className="wrap">
                <GoodsLink name={name} sku={sku} />
              </td>
              <td className="num">{count(per_unit)}</td>
              <td className={zero(made)}>{count(made)}</td>
              <td className={zero(scrapped)}>{count(scrapped)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

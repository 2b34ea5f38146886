import { t } from "../../texts";
import { count } from "../../ui/format";
import { QuantityBar } from "../../ui/QuantityBar";
import type { Sum } from "./balances";

const head = t.stock.columns;

/** The heads of the columns of quantities: what is on hand is the sum of the three before it. */
export function QuantityHeads() {
  return (
    <>
      <th className="q1 num">{head.available}</th>
      <th className="q2 num">
        <span className="dim">+</span> {head.committed}
      </th>
      <th className="q3 num" title={t.stock.quarantinedNote}>
        <span className="dim">+</span> {head.quarantined}
      </th>
      <th className="q4 num">
        <span className="dim">=</span> {head.onHand}
      </th>
      <th className="q1 num">{head.incoming}</th>
      <th className="q5 num" title={t.stock.waitingNote}>
        {head.waiting}
      </th>
      <th className="s3 p3">
        <span className="sr">{t.stock.chart}</span>
      </th>
    </>
  );
}

const zero = (n: number) => (n ? "" : "zero");

interface QuantitiesProps {
  of: Omit<Sum, "sku" | "places">;
  scale: number;
  /** Whether it was so on another day, of which it is not known what was incoming and waited. */
  isPast: boolean;
}

/** The quantities of a sku, or of one of its shelves, and their bar. */
export function Quantities({ of, scale, isPast }: QuantitiesProps) {
  const expected = (n: number) => (isPast ? t.common.none : count(n));
  return (
    <>
      <td className="num m">
        {of.available > 0 ? count(of.available) : <span className="chip t-warn">{of.available}</span>}
      </td>
      <td className={`num ${zero(of.committed)}`}>{count(of.committed)}</td>
      <td className={`num ${zero(of.quarantined)}`}>{count(of.quarantined)}</td>
      <td className="num">{count(of.on_hand)}</td>
      <td className={`num ${zero(of.incoming)}`}>{expected(of.incoming)}</td>
      <td className={`num ${zero(of.waiting)}`}>{expected(of.waiting)}</td>
      <td className="p3">
        <QuantityBar {...of} scale={scale} />
      </td>
    </>
  );
}

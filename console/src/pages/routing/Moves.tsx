import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Goods } from "../../ui/bits";
import { count, listed } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { chosenMoves, type Move, movesOf, placesIn, reasonOf, type Which } from "./outcome";

const text = t.routing.moves;
const WHICH = ["all", "short", "unsplit"] as const;

/** Line by line: where it ships from today, and where with the draft. */
export function Moves({ found }: { found: Schemas["DryRun"] }) {
  const [which, setWhich] = useState<Which>("all");
  const moves = useMemo(() => movesOf(found.orders), [found]);
  const shown = chosenMoves(moves, which);
  return (
    <section className="card" aria-label={text.title}>
      <header>
        <h2>{text.title}</h2>
        <span className="dim">{count(found.orders_differing)}</span>
        {moves.length > 0 && (
          <fieldset className="seg right" aria-label={text.show}>
            {WHICH.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === which}
                className={each === which ? "on" : undefined}
                onClick={() => setWhich(each)}
              >
                {text[each]} {each === "all" ? "" : count(chosenMoves(moves, each).length)}
              </button>
            ))}
          </fieldset>
        )}
      </header>
      {shown.length === 0 ? (
        <p className="mid pad14">{moves.length === 0 ? text.none : text.noneOf}</p>
      ) : (
        <table className="tbl card-tbl moves">
          <thead>
            <tr>
              <th className="v1">{text.columns.order}</th>
              <th className="v2">{text.columns.line}</th>
              <th>{text.columns.way}</th>
              <th className="v3 p2">{text.columns.why}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <MoveRow key={each.key} move={each} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function MoveRow({ move }: { move: Move }) {
  const names = useNames();
  const { order, line, today, draft } = move;
  const before = placesIn(today, names.warehouse);
  const after = placesIn(draft, names.warehouse);
  const why = names.said(reasonOf(draft));
  return (
    <tr>
      <td className="code">
        {order.order ? (
          <Link to="/orders/$id" params={{ id: order.order }} className="m">
            {order.number}
          </Link>
        ) : (
          order.number
        )}
      </td>
      <td title={listed(line.name, line.sku)}>
        {count(line.quantity)} × <Goods name={line.name} sku={line.sku} />
      </td>
      <td title={`${before} → ${after}`}>
        {before} <span className="dim">→</span> <b className="b">{after}</b>{" "}
        {draft.short > 0 && (
          <span className="chip t-warn">
            <Icon name="clock" small />
            {text.shortBy(draft.short)}
          </span>
        )}
        {draft.blocked && (
          <span className="chip t-warn">
            <Icon name="hand-stop" small />
            {text.blocked}
          </span>
        )}
      </td>
      <td className="mid p2" title={why}>
        {why}
      </td>
    </tr>
  );
}

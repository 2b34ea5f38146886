import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Refusal } from "../../ui/bits";
import { count, money } from "../../ui/format";
import { Icon, type IconName } from "../../ui/Icon";
import type { Asked } from "./Dialogs";
import { SupplyOf } from "./SupplyLines";
import { movableFrom, unitsOf } from "./stands";
import { lessOf, partsOf, priceOf } from "./sums";
import type { SupplyByLine } from "./supply";
import { useOrderChange } from "./useOrderChange";

type Line = Schemas["LineView"];

interface LinesProps {
  order: Schemas["OrderView"];
  supply: SupplyByLine | null;
  every: boolean;
  onEvery: (on: boolean) => void;
  onAsk: (asked: Asked) => void;
}

export function Lines({ order, supply, every, onEvery, onAsk }: LinesProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const isOpen = (line: Line) => every || opened.has(line.id);
  const toggle = (id: string) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  const traced = order.lines.some((line) => line.routing);
  const isShort = order.lines.some((line) => line.short > 0);
  return (
    <section className="card" aria-labelledby="lines">
      <header>
        <h2 id="lines">{t.one.lines}</h2>
        <span className="dim">{t.one.linesCount(order.lines.length, unitsOf(order))}</span>
        <span className="right row">
          {isShort && <RouteAgain order={order} />}
          {traced && (
            <button type="button" className="link" onClick={() => onEvery(!every)}>
              {every ? t.one.hide : t.one.every}
            </button>
          )}
        </span>
      </header>
      <div className="ln thead" aria-hidden="true">
        <span />
        <span>{t.one.item}</span>
        <span className="num">{t.one.qty}</span>
        <span>{t.one.from}</span>
        <span className="num">{t.one.price}</span>
        <span className="num">{t.one.sums.line}</span>
      </div>
      <ul>
        {order.lines.map((line) => (
          <li key={line.id}>
            <LineRow line={line} open={isOpen(line)} onToggle={() => toggle(line.id)} />
            {supply && line.short > 0 && <SupplyOf line={line} supply={supply.get(line.id) ?? []} />}
            {isOpen(line) && line.routing && (
              <Trace order={order} line={line} routing={line.routing} onAsk={onAsk} />
            )}
          </li>
        ))}
      </ul>
      <Sums order={order} />
    </section>
  );
}

/** What lacks units is tried again, by the rules as they are now. */
function RouteAgain({ order }: { order: Schemas["OrderView"] }) {
  const can = useCan();
  const keep = useOrderChange(order);
  const params = { path: { order_id: order.id } };
  const route = useMutation({
    mutationFn: () => keep(answerOf(api.POST("/orders/{order_id}/reroute", { params }))),
    onSuccess: () => say(t.one.routing),
  });
  if (!can("POST /orders/{order_id}/reroute")) return null;
  return (
    <>
      <Refusal error={route.error} />
      <Button small busy={route.isPending} onClick={() => route.mutate()}>
        {t.one.again}
      </Button>
    </>
  );
}

function LineRow({ line, open, onToggle }: { line: Line; open: boolean; onToggle: () => void }) {
  const names = useNames();
  const name = line.name || line.sku || line.reference;
  return (
    <div className="ln">
      {line.routing ? (
        <button
          type="button"
          className="fold"
          aria-expanded={open}
          aria-label={`${t.one.why}: ${name}`}
          onClick={onToggle}
        >
          <Icon name={open ? "chevron-down" : "chevron-right"} small />
        </button>
      ) : (
        <span />
      )}
      <span className="two">
        <span className="m cut" title={name}>
          {name}
        </span>
        {line.name && <span className="small dim code">{line.sku || line.reference}</span>}
      </span>
      <span className="num">{count(line.quantity)}</span>
      <span className="from">
        {line.allocations.map((each) => (
          <span key={each.warehouse}>
            {names.warehouse(each.warehouse)}{" "}
            {line.allocations.length > 1 || line.short > 0 ? each.quantity : ""}{" "}
          </span>
        ))}
        {line.routing && line.allocations.length > 0 && (
          <span className="dim">{t.one.trace.rule[line.routing.rule]}</span>
        )}
        {line.short > 0 && (
          <span className="chip t-warn">
            <Icon name="clock" small />
            {t.one.short(line.short)}
          </span>
        )}
        {line.cancelled > 0 && <span className="chip">{t.one.cancelled(line.cancelled)}</span>}
        {line.shipped_elsewhere > 0 && (
          <span className="chip">{t.one.elsewhere(line.shipped_elsewhere)}</span>
        )}
      </span>
      <span className="num">{money(line.unit_price)}</span>
      <span className="num">{money(priceOf(line))}</span>
    </div>
  );
}

/** What the order costs, by its parts; nothing for a reader who sees no prices. */
function Sums({ order }: { order: Schemas["OrderView"] }) {
  const { goods, isIncluded, other } = partsOf(order);
  if (!goods) return null;
  const parts: [string, Schemas["Money"] | null][] = [
    [t.one.sums.goods, goods],
    [t.one.sums.shipping, order.shipping],
    [isIncluded ? t.one.sums.taxIncluded : t.one.sums.tax, order.tax],
    [t.one.sums.discount, order.discount && lessOf(order.discount)],
    [t.one.sums.other, other],
    [t.one.sums.total, order.total],
  ];
  return (
    <dl className="sums">
      {parts.map(
        ([name, amount]) =>
          amount && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{money(amount)}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

interface TraceProps {
  order: Schemas["OrderView"];
  line: Line;
  routing: Schemas["RoutingDecision"];
  onAsk: (asked: Asked) => void;
}

const mark = (candidate: Schemas["Candidate"]): IconName =>
  candidate.rejected === null ? "circle-check" : candidate.available == null ? "circle-minus" : "circle-x";

/** Why a line ships from where it does: every warehouse in the order in which it was considered. */
function Trace({ order, line, routing, onAsk }: TraceProps) {
  const names = useNames();
  const can = useCan();
  const movable =
    can("POST /orders/{order_id}/lines/{line_id}/move") &&
    (line.short > 0 || movableFrom(order, line).length > 0) &&
    order.status !== "complete" &&
    order.status !== "cancelled";
  return (
    <div className="trace">
      <ol>
        {routing.candidates.map((each) => (
          <li key={`${each.warehouse}-${each.rule}`} className={each.rejected === null ? "won" : "lost"}>
            <span className="mark">
              <Icon name={mark(each)} />
            </span>
            <span className="cut" title={names.warehouse(each.warehouse)}>
              {names.warehouse(each.warehouse)}
            </span>
            <span>
              {each.rejected === null ? (
                <>
                  {each.available != null && `${t.one.trace.available(each.available)}: `}
                  <span className="ok">{t.one.trace.chosen}</span>
                </>
              ) : (
                names.said(each.rejected)
              )}
            </span>
            <span className="small dim">{t.one.trace.rule[each.rule]}</span>
          </li>
        ))}
      </ol>
      {routing.notes?.map((note) => (
        <p key={note} className="small mid">
          {names.said(note)}
        </p>
      ))}
      <p className="row small dim">
        <span className="grow">{t.one.decided(routing.config_version)}</span>
        {movable && (
          <Button small onClick={() => onAsk({ kind: "move", line })}>
            {t.one.move}
          </Button>
        )}
      </p>
    </div>
  );
}

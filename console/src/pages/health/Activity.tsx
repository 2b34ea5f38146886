import { useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useViewCounts } from "../../api/queries";
import { useCan } from "../../auth/context";
import { VIEWS } from "../../search/orders";
import { t } from "../../texts";
import { Skeleton } from "../../ui/bits";
import { ChartCard, Numbers } from "../../ui/ChartCard";
import { absolute, count, dayInUtc, percentOf, timeOf } from "../../ui/format";
import { QueryFailure } from "../../ui/list";
import { Bars } from "./Bars";
import { type Activity as Figures, hourBars, isWhole, lateBars, ruleRows, sumOf } from "./figures";
import { Rows } from "./Rows";

const text = t.activity;

/** Is work flowing: orders an hour, what left late, open work by stage, lines by rule. */
export function Activity() {
  const can = useCan();
  const activity = useQuery({
    queryKey: ["activity"],
    queryFn: () => answerOf(api.GET("/activity")),
    enabled: can("GET /activity"),
    refetchInterval: ({ state }) => (state.data && isWhole(state.data) ? 60_000 : 5_000),
  });
  const counts = useViewCounts();
  if (!can("GET /activity")) return null;
  const { data } = activity;
  return (
    <>
      <QueryFailure query={activity} />
      {activity.isLoading && <Skeleton rows={4} />}
      {data && !isWhole(data) && (
        <p className="dim small" role="status">
          {text.measuring}
        </p>
      )}
      {data && (
        <div className="activity">
          <Hours figures={data} />
          <Late figures={data} />
          <Open counts={counts.data?.counts ?? {}} />
          <ByRule figures={data} />
        </div>
      )}
    </>
  );
}

function Hours({ figures }: { figures: Figures }) {
  const bars = hourBars(figures);
  const last = sumOf(bars.map((each) => each.orders));
  const usual = sumOf(bars.map((each) => each.usual ?? 0));
  const shown = bars.map(({ start, orders, isRunning }) => ({
    key: start,
    value: orders,
    title: `${absolute(start)}: ${count(orders)}`,
    label: new Date(start).getHours() % 6 === 0 ? timeOf(start) : undefined,
    faint: isRunning,
  }));
  return (
    <ChartCard
      title={text.hours.title}
      legend={
        <div className="key wraps">
          <span>
            <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" className="fill-2" />
            </svg>
            {text.hours.last(count(last))}
          </span>
          <span>
            <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <line x1="0" x2="10" y1="5" y2="5" className="usual" />
            </svg>
            {text.hours.usual(count(usual))}
          </span>
        </div>
      }
      table={
        <Numbers
          head={[text.hours.hour, text.hours.orders, text.hours.before]}
          rows={bars.map(({ start, orders, usual }) => [
            timeOf(start),
            count(orders),
            usual === null ? t.common.none : count(usual),
          ])}
        />
      }
    >
      {(width) => (
        <Bars
          width={width}
          bars={shown}
          line={bars.map((each) => each.usual)}
          fill="fill-2"
          said={text.hours.said(last, usual)}
        />
      )}
    </ChartCard>
  );
}

function Late({ figures }: { figures: Figures }) {
  const bars = lateBars(figures);
  const late = sumOf(bars.map((each) => each.late));
  const orders = sumOf(bars.map((each) => each.orders));
  const shareOf = (share: number | null) => (share === null ? t.common.none : percentOf(share));
  const label = (place: number) =>
    place === 0 ? dayInUtc(bars[0]?.start ?? "") : place === bars.length - 1 ? text.late.today : undefined;
  return (
    <ChartCard
      title={text.late.title}
      about={text.late.about(shareOf(orders ? late / orders : null))}
      legend={<span className="dim small">{text.late.sample}</span>}
      table={
        <Numbers
          head={[text.late.day, text.late.orders, text.late.late]}
          rows={bars.map(({ start, orders, late }) => [dayInUtc(start), count(orders), count(late)])}
        />
      }
    >
      {(width) => (
        <Bars
          width={width}
          bars={bars.map(({ start, orders, late, share }, place) => ({
            key: start,
            value: share === null ? null : share * 100,
            title: `${dayInUtc(start)}: ${count(late)} / ${count(orders)}, ${shareOf(share)}`,
            label: label(place),
          }))}
          scale={(value) => percentOf(value / 100)}
          fill="fill-3"
          said={text.late.said(late, orders)}
        />
      )}
    </ChartCard>
  );
}

function Open({ counts }: { counts: Record<string, Schemas["ViewCount"]> }) {
  const rows = VIEWS.map((view) => [t.toShip.views[view], counts[view]?.rows ?? 0] as const);
  return (
    <RowsCard
      title={text.open.title}
      about={count(sumOf(rows.map(([, value]) => value)))}
      head={[text.open.stage, text.open.rows]}
      rows={rows}
      said={text.open.said}
    />
  );
}

function ByRule({ figures }: { figures: Figures }) {
  const rows = ruleRows(figures).map(([rule, lines]) => [t.one.trace.rule[rule], lines] as const);
  return (
    <RowsCard
      title={text.rules.title}
      about={rows.length ? text.rules.about : text.rules.none}
      head={[text.rules.rule, text.rules.lines]}
      rows={rows}
      said={text.rules.said}
    />
  );
}

interface RowsCardProps {
  title: string;
  about: string;
  head: readonly string[];
  rows: readonly (readonly [string, number])[];
  said: (listed: string) => string;
}

function RowsCard({ title, about, head, rows, said }: RowsCardProps) {
  const listed = rows.map(([name, value]) => `${name} ${count(value)}`).join(", ");
  return (
    <ChartCard
      title={title}
      about={about}
      table={<Numbers head={head} rows={rows.map(([name, value]) => [name, count(value)])} />}
    >
      {(width) => <Rows width={width} rows={rows} said={said(listed)} />}
    </ChartCard>
  );
}

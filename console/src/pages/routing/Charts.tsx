import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { ChartCard, cut, LETTER, Numbers } from "../../ui/ChartCard";
import { share } from "./outcome";

const text = t.routing;
type Found = Schemas["DryRun"];

const ORDER = ["manual", "override", "pinned", "geo", "priority", "catchall"] as const;
const FILL: Record<(typeof ORDER)[number], string> = {
  manual: "fill-1",
  override: "fill-2",
  pinned: "fill-3",
  geo: "fill-4",
  priority: "fill-5",
  catchall: "fill-6",
};

interface SharesProps {
  rows: readonly [name: string, before: number, after: number][];
}

function Shares({ rows }: SharesProps) {
  return (
    <Numbers
      head={["", text.rules.today, text.rules.draft]}
      rows={rows.map(([name, before, after]) => [
        name,
        share(before),
        <b key="draft" className="b">
          {share(after)}
        </b>,
      ])}
    />
  );
}

const LABEL_FROM = 0.1;
const NAME_WIDTH = 48;

/** Which share of the lines each rule decides, today above the draft. */
export function RuleShares({ found }: { found: Found }) {
  const rows = [
    [text.rules.today, found.today],
    [text.rules.draft, found.draft],
  ] as const;
  const seen = ORDER.filter((rule) => rows.some(([, of]) => (of.rules[rule] ?? 0) > 0));
  const said = rows.map(([which, of]) =>
    text.rules.said(
      which,
      seen.map((rule) => `${t.one.trace.rule[rule]} ${share(of.rules[rule] ?? 0)}`).join(", "),
    ),
  );
  return (
    <ChartCard
      title={text.rules.title}
      about={text.rules.lines(found.draft.lines)}
      table={
        <Shares
          rows={seen.map((rule) => [
            t.one.trace.rule[rule],
            found.today.rules[rule] ?? 0,
            found.draft.rules[rule] ?? 0,
          ])}
        />
      }
      legend={
        <div className="key wraps">
          {seen.map((rule) => (
            <span key={rule}>
              <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
                <rect width="10" height="10" rx="2" className={FILL[rule]} />
              </svg>
              {t.one.trace.rule[rule]}
            </span>
          ))}
        </div>
      }
    >
      {(width) => (
        <svg className="chart" height={56} width={width} role="img" aria-label={said.join(". ")}>
          {rows.map(([which, of], row) => (
            <StackedBar
              key={which}
              name={which}
              y={row * 30}
              width={width - NAME_WIDTH}
              parts={seen.map((rule) => ({ rule, part: of.rules[rule] ?? 0 }))}
            />
          ))}
        </svg>
      )}
    </ChartCard>
  );
}

interface StackedBarProps {
  name: string;
  y: number;
  width: number;
  parts: readonly { rule: (typeof ORDER)[number]; part: number }[];
}

function StackedBar({ name, y, width, parts }: StackedBarProps) {
  let left = NAME_WIDTH;
  return (
    <g>
      <text x={0} y={y + 16}>
        {name}
      </text>
      {parts.map(({ rule, part }) => {
        const x = left;
        left += part * width;
        return (
          <g key={rule}>
            <rect
              x={x}
              y={y}
              width={Math.max(0, part * width - 1)}
              height={24}
              rx={2}
              className={FILL[rule]}
            />
            {part >= LABEL_FROM && (
              <text x={x + 7} y={y + 16} className={`on-${FILL[rule]}`}>
                {labelOf(rule, part, part * width)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function labelOf(rule: (typeof ORDER)[number], part: number, width: number): string {
  const fits = (said: string) => said.length * LETTER + 14 < width;
  const whole = `${t.one.trace.rule[rule]} ${share(part)}`;
  return [whole, share(part)].find(fits) ?? "";
}

const ROW = 28;
const SHARES = 104;

/** Which share of the lines ships from each warehouse, today beside the draft. */
export function PlaceShares({ found }: { found: Found }) {
  const names = useNames();
  const ids = [...new Set([...Object.keys(found.today.warehouses), ...Object.keys(found.draft.warehouses)])];
  const rows = ids
    .map((id): [string, number, number] => [
      names.warehouse(id),
      found.today.warehouses[id] ?? 0,
      found.draft.warehouses[id] ?? 0,
    ])
    .sort((one, other) => other[1] - one[1] || other[2] - one[2]);
  const most = Math.max(...rows.flatMap(([, before, after]) => [before, after]), 0.01);
  const said = rows.map(([name, before, after]) => text.places.said(name, share(before), share(after)));
  return (
    <ChartCard
      title={text.places.title}
      table={<Shares rows={rows} />}
      legend={
        <div className="key wraps">
          <span>
            <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect x="0.5" y="0.5" width="9" height="9" rx="1" className="bar-today" />
            </svg>
            {text.rules.today}
          </span>
          <span>
            <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" className="fill-2" />
            </svg>
            {text.rules.draft}
          </span>
        </div>
      }
    >
      {(width) => {
        const nameWidth = Math.min(130, width * 0.36);
        const bar = Math.max(20, width - nameWidth - SHARES);
        return (
          <svg
            className="chart"
            height={rows.length * ROW}
            width={width}
            role="img"
            aria-label={said.join(". ")}
          >
            {rows.map(([name, before, after], row) => (
              <g key={name} transform={`translate(0 ${row * ROW})`}>
                <text x={0} y={16} className="strong">
                  {cut(name, nameWidth)}
                  <title>{name}</title>
                </text>
                <rect
                  x={nameWidth}
                  y={3}
                  width={(before / most) * bar}
                  height={8}
                  rx={2}
                  className="bar-today"
                />
                <rect
                  x={nameWidth}
                  y={13}
                  width={(after / most) * bar}
                  height={8}
                  rx={2}
                  className="fill-2"
                />
                <text x={width} y={16} textAnchor="end">
                  {share(before)} → <tspan className="strong">{share(after)}</tspan>
                </text>
              </g>
            ))}
          </svg>
        );
      }}
    </ChartCard>
  );
}

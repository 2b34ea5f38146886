import { count } from "../../ui/format";
import { topOf } from "./figures";

export interface Bar {
  key: string;
  /** Null: there is nothing to show. */
  value: number | null;
  /** Its height in words, for the pointer. */
  title: string;
  label?: string;
  faint?: boolean;
}

interface BarsProps {
  width: number;
  bars: readonly Bar[];
  said: string;
  fill: string;
  /** A dashed line over the bars, a value each. */
  line?: readonly (number | null)[];
  scale?: (value: number) => string;
}

const HEIGHT = 130;
const BOTTOM = 20;
/** Room for what stands beside the lines: 6.5 px for a digit of its font, and the gap to the plot. */
const leftOf = (labels: readonly string[]) =>
  Math.max(34, 12 + 6.5 * Math.max(...labels.map((each) => each.length)));
const PLOT = HEIGHT - BOTTOM - 8;

/** Bars over time: zero is always there, three lines at most, labels below some of them. */
export function Bars({ width, bars, said, fill, line = [], scale = count }: BarsProps) {
  const most = Math.max(0, ...bars.map((each) => each.value ?? 0), ...line.map((each) => each ?? 0));
  const top = topOf(most);
  const marks = [0, top / 2, top].map((value) => [value, scale(value)] as const);
  const left = leftOf(marks.map(([, label]) => label));
  const step = (width - left) / Math.max(1, bars.length);
  const y = (value: number) => 8 + PLOT - (value / top) * PLOT;
  const points = line.flatMap((value, place) =>
    value === null ? [] : [`${left + (place + 0.5) * step},${y(value)}`],
  );
  return (
    <svg className="chart" height={HEIGHT} width={width} role="img" aria-label={said}>
      {marks.map(([value, label]) => (
        <g key={value}>
          <line x1={left} x2={width} y1={y(value)} y2={y(value)} className="grid" />
          <text x={left - 6} y={y(value) + 4} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {bars.map(({ key, value, title, label, faint }, place) => (
        <g key={key}>
          {value !== null && value > 0 && (
            <rect
              x={left + place * step + 1}
              y={y(value)}
              width={Math.max(1, step - 2)}
              height={Math.max(1, y(0) - y(value))}
              rx={1.5}
              className={faint ? `${fill} faint` : fill}
            />
          )}
          <rect x={left + place * step} y={8} width={step} height={PLOT} fill="transparent">
            <title>{title}</title>
          </rect>
          {label && (
            <text
              x={left + (place + 0.5) * step}
              y={HEIGHT - 4}
              textAnchor={place === bars.length - 1 ? "end" : "middle"}
            >
              {label}
            </text>
          )}
        </g>
      ))}
      {points.length > 1 && <polyline points={points.join(" ")} className="usual" />}
    </svg>
  );
}

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
const LEFT = 34;
const PLOT = HEIGHT - BOTTOM - 8;

/** Bars over time: zero is always there, three lines at most, labels below some of them. */
export function Bars({ width, bars, said, fill, line = [], scale = count }: BarsProps) {
  const most = Math.max(0, ...bars.map((each) => each.value ?? 0), ...line.map((each) => each ?? 0));
  const top = topOf(most);
  const step = (width - LEFT) / Math.max(1, bars.length);
  const y = (value: number) => 8 + PLOT - (value / top) * PLOT;
  const points = line.flatMap((value, place) =>
    value === null ? [] : [`${LEFT + (place + 0.5) * step},${y(value)}`],
  );
  return (
    <svg className="chart" height={HEIGHT} width={width} role="img" aria-label={said}>
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} className="grid" />
          <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
            {scale(value)}
          </text>
        </g>
      ))}
      {bars.map(({ key, value, title, label, faint }, place) => (
        <g key={key}>
          {value !== null && value > 0 && (
            <rect
              x={LEFT + place * step + 1}
              y={y(value)}
              width={Math.max(1, step - 2)}
              height={Math.max(1, y(0) - y(value))}
              rx={1.5}
              className={faint ? `${fill} faint` : fill}
            />
          )}
          <rect x={LEFT + place * step} y={8} width={step} height={PLOT} fill="transparent">
            <title>{title}</title>
          </rect>
          {label && (
            <text
              x={LEFT + (place + 0.5) * step}
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

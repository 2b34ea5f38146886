import { cut } from "../../ui/ChartCard";
import { count } from "../../ui/format";

interface RowsProps {
  width: number;
  rows: readonly (readonly [name: string, value: number])[];
  said: string;
}

const ROW = 21;
const VALUE = 38;

/** Horizontal bars with their value at the end. */
export function Rows({ width, rows, said }: RowsProps) {
  const most = Math.max(1, ...rows.map(([, value]) => value));
  const name = Math.min(118, width * 0.58);
  const bar = Math.max(10, width - name - VALUE);
  return (
    <svg className="chart" height={rows.length * ROW} width={width} role="img" aria-label={said}>
      {rows.map(([label, value], place) => (
        <g key={label} transform={`translate(0 ${place * ROW})`}>
          <text x={0} y={14} className="name">
            {cut(label, name)}
            <title>{label}</title>
          </text>
          <rect
            x={name}
            y={6}
            width={value ? Math.max(2, (value / most) * bar) : 0}
            height={9}
            rx={2}
            className="fill-2"
          />
          <text x={width} y={14} textAnchor="end" className="strong">
            {count(value)}
          </text>
        </g>
      ))}
    </svg>
  );
}

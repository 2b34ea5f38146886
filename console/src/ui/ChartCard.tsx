import "./chart.css";
import { useElementSize } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { t } from "../texts";

/** How wide a letter of a label is, nearly. */
export const LETTER = 6.2;

/** A name as far as it fits. */
export const cut = (name: string, width: number) => {
  const most = Math.floor(width / LETTER) - 1;
  return name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name;
};

interface ChartProps {
  title: string;
  about?: string;
  legend?: ReactNode;
  table: ReactNode;
  children: (width: number) => ReactNode;
}

/** A chart drawn at the width that there is, and its numbers as a table behind a button. */
export function ChartCard({ title, about, legend, table, children }: ChartProps) {
  const [numbers, setNumbers] = useState(false);
  const { ref, width } = useElementSize<HTMLDivElement>();
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {about && <span className="dim small">{about}</span>}
        <button
          type="button"
          className="link small right"
          aria-pressed={numbers}
          onClick={() => setNumbers(!numbers)}
        >
          {numbers ? t.common.asChart : t.common.asTable}
        </button>
      </header>
      <div className="chart-body">
        <div ref={ref}>{numbers ? table : width > 0 && children(width)}</div>
        {!numbers && legend}
      </div>
    </section>
  );
}

interface NumbersProps {
  head: readonly string[];
  rows: readonly (readonly [name: string, ...cells: ReactNode[]])[];
}

/** The numbers of a chart; the first column names its row. */
export function Numbers({ head, rows }: NumbersProps) {
  return (
    <table className="numbers">
      <thead>
        <tr>
          {head.map((each, place) => (
            <th key={each} className={place ? "num" : undefined}>
              {each}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cells.map((each, place) => (
              <td key={head[place + 1]} className="num">
                {each}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

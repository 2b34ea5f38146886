import type { ReactNode } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { type DraftLine, withLine, withoutLine } from "./drafting";
import { SkuInput } from "./SkuInput";

export interface DraftColumn {
  name: string;
  label: string;
  className: string;
  kind: "text" | "units" | "money" | "date";
}

/** What is said of a line beside its fields. */
interface Beside {
  label: string;
  className: string;
  draw: (line: DraftLine) => ReactNode;
}

interface LinesProps {
  columns: readonly DraftColumn[];
  lines: readonly DraftLine[];
  /** What is wrong with a cell, by `place.name`. */
  problems: ReadonlyMap<string, string>;
  onChange: (lines: DraftLine[]) => void;
  /** A product was named in a line. */
  onNamed?: (sku: string) => void;
  beside?: Beside;
}

const MODE = { text: "text", units: "numeric", money: "decimal", date: undefined } as const;

/** The lines of a document that is being written: a new one comes with the last. */
export function DraftLines({ columns, lines, problems, onChange, onNamed, beside }: LinesProps) {
  return (
    <table className="tbl card-tbl drafting">
      <thead>
        <tr>
          {columns.map((each) => (
            <th key={each.name} className={each.className}>
              {each.label}
            </th>
          ))}
          {beside && <th className={`num ${beside.className}`}>{beside.label}</th>}
          <th className="d0">
            <span className="sr">{t.numbered.remove}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place until they are sent
          <tr key={place}>
            {columns.map(({ name, label, kind }) => {
              const problem = problems.get(`${place}.${name}`);
              const id = `line-${place}-${name}`;
              const set = (value: string) => onChange(withLine(lines, place, { [name]: value }));
              const cell = {
                className: kind === "text" || kind === "date" ? "input" : "input units",
                type: kind === "date" ? "date" : "text",
                inputMode: MODE[kind],
                "aria-label": `${label}, ${t.numbered.line(place + 1)}`,
                "aria-invalid": problem ? true : undefined,
                "aria-describedby": problem ? id : undefined,
                value: line[name] ?? "",
              };
              return (
                <td key={name} data-label={label}>
                  {name === "sku" ? (
                    <SkuInput {...cell} onSku={set} onNamed={onNamed} />
                  ) : (
                    <input {...cell} onChange={(event) => set(event.target.value)} />
                  )}
                  {problem && (
                    <span id={id} className="danger small cell-problem">
                      {problem}
                    </span>
                  )}
                </td>
              );
            })}
            {beside && (
              <td className="num" data-label={beside.label}>
                {beside.draw(line)}
              </td>
            )}
            <td>
              {place < lines.length - 1 && (
                <Button
                  look="quiet"
                  icon="x"
                  aria-label={t.numbered.removeLine(place + 1)}
                  title={t.numbered.removeLine(place + 1)}
                  onClick={() => onChange(withoutLine(lines, place))}
                />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { count } from "../../ui/format";
import { aboutOf } from "./mending";

interface Props {
  title: string;
  /** The column of what a row is about. */
  about: string;
  rows: readonly Schemas["BadRow"][];
  leftOut: number;
}

/** Errors or warnings with row, column and reason. */
export function RowList({ title, about, rows, leftOut }: Props) {
  if (rows.length === 0) return null;
  return (
    <section className="card">
      <header>
        <h2>{title}</h2>
        {leftOut > 0 && <span className="mid">{t.uploads.leftOut(count(leftOut))}</span>}
      </header>
      <table className="tbl card-tbl">
        <thead>
          <tr>
            <th className="s1 num">{t.uploads.row}</th>
            <th className="s2">{about}</th>
            <th className="s2">{t.uploads.column}</th>
            <th>{t.uploads.reason}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((each) => (
            <tr key={`${each.row}-${each.column}-${each.message}`}>
              <td className="num">{each.row ?? t.common.none}</td>
              <td className="code">{aboutOf(each) || t.common.none}</td>
              <td className="m">{each.column ?? t.common.none}</td>
              <td className="wrap">{each.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { count } from "../../ui/format";

interface Props {
  title: string;
  rows: readonly Schemas["BadRow"][];
  leftOut: number;
}

/** Errors or warnings with row, column and reason. */
export function RowList({ title, rows, leftOut }: Props) {
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
            <th className="s2">{t.uploads.about}</th>
            <th className="s2">{t.uploads.column}</th>
            <th>{t.uploads.reason}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((each) => (
            <tr key={`${each.row}-${each.column}-${each.message}`}>
              <td className="num">{each.row ?? t.common.none}</td>
              <td className="code">{each.order_number ?? each.sku ?? t.common.none}</td>
              <td className="m">{each.column ?? t.common.none}</td>
              <td className="wrap">{each.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

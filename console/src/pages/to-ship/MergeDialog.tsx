import { useQueryClient } from "@tanstack/react-query";
import { refreshOrders } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { merge } from "./merging";
import { keyOf, type Row } from "./rows";
import { refsOf } from "./useRows";

interface MergeProps {
  rows: readonly Row[];
  onClose: () => void;
  onDone: (n: number) => void;
}

/** Have rows leave in one parcel, under one label. */
export function MergeDialog({ rows, onClose, onDone }: MergeProps) {
  const client = useQueryClient();
  const act = async () => {
    await merge(rows.flatMap((row) => refsOf([row]).map((ref) => ({ ref, number: row.number }))));
    refreshOrders(client);
    onDone(rows.length);
  };
  return (
    <Confirm
      title={t.merging.title}
      confirm={t.merging.confirm(rows.length)}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.merging.text}</p>
      <ul className="each" aria-label={t.each.list}>
        {rows.map((row) => (
          <li key={keyOf(row)}>
            <span className="code">{row.number}</span>
            <span className="dim">{row.recipient}</span>
          </li>
        ))}
      </ul>
    </Confirm>
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import type { Operation } from "../../api/roles";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { count } from "../../ui/format";
import { QueryFailure } from "../../ui/list";
import type { NumberedPath } from "./NumberedList";

const words = t.numbered.waiting;
const SHOWN = 20;

interface ShortLinesProps<Found> {
  path: NumberedPath;
  needs: Operation;
  draft: () => Promise<Found>;
  /** What is drafted, and what is not. */
  text: string;
  said: (found: Found) => string;
}

/** Draft what orders wait for, after saying which those are; again it drafts nothing. */
export function ShortLines<Found>({ path, needs, draft, text, said }: ShortLinesProps<Found>) {
  const can = useCan();
  const client = useQueryClient();
  const [asked, ask] = useState(false);
  const begin = async () => {
    const found = await draft();
    client.invalidateQueries({ queryKey: [path] });
    say(said(found));
  };
  if (!can(needs)) return null;
  return (
    <>
      <Button small onClick={() => ask(true)}>
        {t.numbered.shortLines}
      </Button>
      {asked && (
        <Confirm
          title={words.title}
          confirm={words.confirm}
          footnote={words.footnote}
          onClose={() => ask(false)}
          onConfirm={begin}
        >
          <p>{text}</p>
          <Waiting />
        </Confirm>
      )}
    </>
  );
}

/** Orders that wait for stock, as they are now. */
function Waiting() {
  const can = useCan();
  const names = useNames();
  const list = useQuery({
    queryKey: ["fulfilments", "waiting"],
    queryFn: () => answerOf(api.GET("/fulfilments", { params: { query: { view: "short", limit: SHOWN } } })),
    enabled: can("GET /fulfilments"),
  });
  const rows = list.data?.items ?? [];
  const all = Math.max(list.data?.counts?.short?.rows ?? 0, rows.length);
  return (
    <>
      <QueryFailure query={list} />
      {list.isSuccess && <p className="b">{words.waiting(all)}</p>}
      {rows.length > 0 && (
        <ul className="each" aria-label={words.waiting(all)}>
          {rows.map((row) => (
            <li key={`${row.order_id}/${row.fulfilment}`}>
              <span className="code">{row.number}</span>
              <span className="cut">
                {row.short_line &&
                  `${count(row.short_line.quantity)} × ${row.short_line.name || row.short_line.sku}`}
                {row.short_lines > 1 && ` ${t.toShip.more(row.short_lines - 1)}`}
              </span>
              <span className="dim">{names.warehouse(row.warehouse)}</span>
            </li>
          ))}
        </ul>
      )}
      {all > rows.length && <p className="dim">{t.numbered.ordersOf.more(all - rows.length)}</p>}
    </>
  );
}

import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { orderQuery } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";

const SHOWN = 3;
const MOST = 20;

/** The orders that something is made for, by their numbers; of many the first, until more are asked for. */
export function OrdersOf({ ids }: { ids: readonly string[] }) {
  const can = useCan();
  const [all, setAll] = useState(false);
  const mayOpen = can("GET /orders/{order_id}");
  const shown = ids.slice(0, all ? MOST : SHOWN);
  const numbers = useQueries({
    queries: shown.map((id) => ({ ...orderQuery(id), enabled: mayOpen, staleTime: 60_000 })),
  });
  if (!mayOpen) return <span>{t.numbered.ordersOf.count(ids.length)}</span>;
  const more = ids.length - shown.length;
  return (
    <span className="orders-of">
      {shown.map((id, place) => (
        <Link key={id} to="/orders/$id" params={{ id }} className="link in-text">
          {numbers[place]?.data?.number || id.slice(0, 8)}
        </Link>
      ))}
      {more > 0 &&
        (all ? (
          t.numbered.ordersOf.more(more)
        ) : (
          <button type="button" className="link in-text" onClick={() => setAll(true)}>
            {t.numbered.ordersOf.more(more)}
          </button>
        ))}
    </span>
  );
}

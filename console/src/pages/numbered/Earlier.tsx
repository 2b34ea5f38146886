import { Link } from "@tanstack/react-router";
import { Refused } from "../../api/client";
import { t } from "../../texts";

const PAGES = {
  "POST /orders": "/orders/$id",
  "POST /purchase-orders": "/purchase-orders/$id",
  "POST /transfer-orders": "/transfers/$id",
  "POST /work-orders": "/work-orders/$id",
} as const;

const pageOf = (request: string) => PAGES[request as keyof typeof PAGES];

/** The way to what an attempt made whose answer was lost, where what was typed since is refused for it. */
export function Earlier({ error }: { error: unknown }) {
  const earlier = error instanceof Refused ? error.earlier : null;
  const to = earlier?.id && pageOf(earlier.request);
  if (!earlier?.id || !to) return null;
  return (
    <Link to={to} params={{ id: earlier.id }} className="link">
      {t.common.earlierOpen(earlier.id)}
    </Link>
  );
}

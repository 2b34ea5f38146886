import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button, When } from "../../ui/bits";
import { begun, dateAndTime, person } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { advised } from "../exceptions/advising";
import { OrdersOf } from "../numbered/OrdersOf";
import type { Asked } from "./Dialogs";

interface ProblemsProps {
  order: Schemas["OrderView"];
  onAsk: (asked: Asked) => void;
}

/** Holds and exceptions, above everything else, each with what to do. */
export function Problems({ order, onAsk }: ProblemsProps) {
  const can = useCan();
  const names = useNames();
  return (
    <>
      {order.holds.map((hold) => (
        <section key={hold.id} className="note t-hold" aria-label={t.one.holdsTitle}>
          <Icon name="hand-stop" />
          <span className="t grow">
            <b className="b">{hold.until ? t.one.heldUntil(dateAndTime(hold.until)) : t.one.holdsTitle}.</b>{" "}
            {hold.reason}{" "}
            <span className="dim">
              {person(hold.owner)}, <When at={hold.placed_at} />
            </span>
          </span>
          {can("POST /orders/{order_id}/release") && (
            <Button small onClick={() => onAsk({ kind: "release", hold })}>
              {t.one.release}
            </Button>
          )}
        </section>
      ))}
      {order.exceptions.map((each) => (
        <section key={`${each.kind}-${each.line}`} className="note" aria-label={t.one.exceptionFor}>
          <Icon name="alert-triangle" />
          <span className="t grow">
            <b className="b">{begun(names.said(each.message))}</b>
            <br />
            {advised(each, names)} {each.orders.length > 0 && <OrdersOf ids={each.orders} />}
          </span>
          {each.cause === "unmatched_sku" &&
            each.line &&
            can("POST /orders/{order_id}/lines/{line_id}/product") && (
              <Button
                small
                onClick={() =>
                  onAsk({ kind: "product", line: order.lines.find((line) => line.id === each.line) })
                }
              >
                {t.exceptions.map}
              </Button>
            )}
          {can("GET /exceptions") && (
            <Link className="btn small" to="/exceptions" search={{ cause: each.cause }}>
              {t.one.toFix}
            </Link>
          )}
        </section>
      ))}
    </>
  );
}

import { Link } from "@tanstack/react-router";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Empty } from "../../ui/bits";

/** No order ever: where the first ones come from. */
export function FirstDay() {
  const can = useCan();
  return (
    <Empty title={t.orders.empty} text={t.orders.emptyWhy}>
      {can("PUT /channels/{channel_id}") && (
        <Link className="btn primary" to="/channels">
          {t.orders.connect}
        </Link>
      )}
      {can("POST /uploads") && (
        <Link className="btn" to="/uploads">
          {t.orders.upload}
        </Link>
      )}
    </Empty>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Refused } from "../api/client";
import { refreshOrders } from "../api/queries";
import { t } from "../texts";
import { Icon } from "../ui/Icon";
import { boughtIn, dropJob, failedIn, openJob, useJob } from "./jobs";

/** In the bar while labels are bought, and afterwards until somebody has looked. */
export function JobPill() {
  const { data: batch, error } = useJob();
  const client = useQueryClient();
  const done = batch?.done;
  useEffect(() => {
    // an id of another person, another account or another stack
    if (error instanceof Refused && (error.status === 404 || error.status === 403)) dropJob();
  }, [error]);
  useEffect(() => {
    if (done) refreshOrders(client);
  }, [done, client]);
  if (!batch) return null;
  const failed = failedIn(batch).length;
  const ended = batch.items.filter((each) => each.state !== "waiting").length;
  const text = !batch.done
    ? t.job.running(ended, batch.size)
    : failed
      ? t.job.need(failed)
      : t.job.done(boughtIn(batch).length);
  return (
    <button type="button" className="btn small jobs" onClick={openJob}>
      <Icon name={batch.done && failed ? "alert-triangle" : "printer"} small />
      <span role="status">{text}</span>
      {!batch.done && (
        <span className="mini">
          <i style={{ width: `${(100 * ended) / Math.max(1, batch.size)}%` }} />
        </span>
      )}
    </button>
  );
}

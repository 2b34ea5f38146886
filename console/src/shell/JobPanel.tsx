import { Drawer } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { answerOf, api, type Schemas } from "../api/client";
import { useNames } from "../api/queries";
import { t } from "../texts";
import { Button, Refusal } from "../ui/bits";
import { dateAndTime } from "../ui/format";
import { Icon, type IconName } from "../ui/Icon";
import { type Batch, batchKey, boughtIn, closeJob, dropJob, failedIn, useJob, useShownJob } from "./jobs";

type Entry = Schemas["EntryView"];

/** A label batch: what needs a person first, then what was bought, in packing order. */
export default function JobPanel() {
  const { open } = useShownJob();
  const { data: batch } = useJob();
  const title = batch ? t.job.title(dateAndTime(batch.created_at)) : "";
  return (
    <Drawer
      opened={open && batch !== undefined}
      onClose={closeJob}
      position="right"
      size={432}
      title={title}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      closeButtonProps={{ "aria-label": t.common.close }}
      classNames={{ body: "job-body", header: "job-head", content: "beside" }}
    >
      {batch && <Contents batch={batch} />}
    </Drawer>
  );
}

function Contents({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const names = useNames();
  const failed = failedIn(batch);
  const bought = boughtIn(batch);
  const again = useMutation({
    mutationFn: () =>
      answerOf(api.POST("/label-batches/{batch_id}/retry", { params: { path: { batch_id: batch.id } } })),
    onSuccess: (found) => client.setQueryData(batchKey(batch.id), found),
  });
  const print = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (batch.url && document.activeElement === document.body) print.current?.focus();
  }, [batch.url]);
  const waiting = batch.items.filter((each) => each.state === "waiting");
  return (
    <>
      <div className="job-sum">
        <p role="status">
          {t.job.bought(bought.length, batch.size)} {failed.length > 0 && t.job.notBought(failed.length)}
        </p>
        <div className="progress">
          <i className="good" style={{ width: `${(100 * bought.length) / batch.size}%` }} />
          <i className="bad" style={{ width: `${(100 * failed.length) / batch.size}%` }} />
        </div>
        {batch.problem && <p className="danger">{names.said(batch.problem)}</p>}
        <Refusal error={again.error} />
      </div>
      <div className="job-list">
        <Part
          title={t.job.needsData}
          entries={failed.filter((each) => each.state === "needs_data")}
          icon="scale"
          tone="warn"
        />
        <Part
          title={t.job.refused}
          entries={failed.filter((each) => each.state !== "needs_data")}
          icon="x"
          tone="danger"
        />
        <Part title={t.job.waiting} entries={waiting} icon="clock" tone="dim" />
        <Part title={t.job.boughtOnes} entries={bought} icon="check" tone="ok" />
      </div>
      <footer className="dialog-foot">
        {failed.length > 0 && batch.done && (
          <Button onClick={() => again.mutate()} busy={again.isPending}>
            {t.job.again(failed.length)}
          </Button>
        )}
        {batch.done && <Button onClick={dropJob}>{t.job.dismiss}</Button>}
        <span className="grow" />
        {batch.url ? (
          <a ref={print} className="btn primary" href={batch.url} target="_blank" rel="noreferrer">
            <Icon name="printer" />
            {t.job.print(bought.length)}
          </a>
        ) : (
          bought.length > 0 && <span className="dim">{t.job.preparing}</span>
        )}
      </footer>
    </>
  );
}

function Part({
  title,
  entries,
  icon,
  tone,
}: {
  title: string;
  entries: Entry[];
  icon: IconName;
  tone: string;
}) {
  const names = useNames();
  if (entries.length === 0) return null;
  return (
    <section>
      <h3 className="sh">
        {title}, {entries.length}
      </h3>
      <ul>
        {entries.map((each) => (
          <li key={`${each.order}-${each.fulfilment}`} className="jr">
            <span className={tone}>
              <Icon name={icon} />
            </span>
            <Link to="/orders/$id" params={{ id: each.order }} className="m code" onClick={closeJob}>
              {each.number}
            </Link>
            <span className="why">{names.said(said(each))}</span>
            <span className="code dim">{each.tracking}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const said = (entry: Entry) =>
  [entry.message, ...entry.errors.map((each) => each.message)].filter(Boolean).join(": ");

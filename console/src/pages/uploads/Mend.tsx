import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Refused, sentenceOf } from "../../api/client";
import { t } from "../../texts";
import { Button, Chip, Empty, Skeleton } from "../../ui/bits";
import { listed } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { QueryFailure } from "../../ui/list";
import { Unsaved } from "../../ui/Unsaved";
import { Grid } from "./Grid";
import { fileName, wordsOf } from "./looks";
import {
  type Group,
  type MendSheet,
  mendedFile,
  mendedIn,
  mendedRows,
  type Report,
  type SentAgain,
  sheetOf,
  splitSheet,
} from "./mending";
import { sendFile } from "./send";
import { useEdits } from "./useEdits";

async function failedRows(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Refused(answer.status, { detail: t.uploads.noRows });
  return answer.text();
}

/** The rejected rows, to be mended in place and sent again. */
export function Mend({ report }: { report: Report }) {
  const url = report.failed_rows_url ?? "";
  const rows = useQuery({
    queryKey: ["failed-rows", report.id],
    queryFn: () => failedRows(url),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const sheet = useMemo(() => (rows.data ? sheetOf(rows.data, report) : null), [rows.data, report]);
  if (rows.isError) return <QueryFailure query={rows} />;
  if (!sheet) return <Skeleton />;
  const { left, again } = splitSheet(sheet, report.sent_again);
  return (
    <>
      {again.length > 0 && <Again sent={again} report={report} isGrouped={sheet.isGrouped} />}
      {left.groups.length > 0 ? (
        <Mending key={report.id} sheet={left} report={report} url={url} />
      ) : (
        <Empty title={t.uploads.allAgain} text={t.uploads.allAgainWhy} />
      )}
    </>
  );
}

interface AgainProps {
  sent: readonly SentAgain[];
  report: Report;
  isGrouped: boolean;
}

/** What was mended and sent again, and in which upload. */
function Again({ sent, report, isGrouped }: AgainProps) {
  const { units } = wordsOf(report);
  return (
    <ul className="pad14">
      {sent.map(({ upload, file, groups }) => (
        <li key={upload}>
          <Chip look={[t.uploads.sentAgain(groups.length, units(groups.length)), "ok", "check"]} />{" "}
          <Link to="/uploads/$id" params={{ id: upload }} search={{ from: report.id }} className="link">
            {fileName(file)}
          </Link>{" "}
          <span className="mid code">{namesOf(groups, isGrouped)}</span>
        </li>
      ))}
    </ul>
  );
}

const NAMED = 10;
/** What the groups are of; rows that stand alone by their numbers. */
function namesOf(groups: readonly Group[], isGrouped: boolean) {
  const names = groups.map(({ key, rows }) =>
    isGrouped ? key : `${t.uploads.row} ${rows[0]?.number ?? ""}`,
  );
  return listed(...names.slice(0, NAMED), names.length > NAMED && "…");
}

function Mending({ sheet, report, url }: { sheet: MendSheet; report: Report; url: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const editing = useEdits();
  const mended = mendedIn(sheet, editing.edits).length;
  const kind = report.kind ?? "orders";
  const { units } = wordsOf(report);
  const canSend = kind !== "orders" || report.channel !== null;
  const again = useMutation({
    mutationFn: () => {
      const name = fileName(report.file).replace(/(-mended)?\.(csv|tsv|txt)$/i, "-mended.csv");
      const file = new File([mendedFile(sheet, editing.edits)], name, { type: "text/csv" });
      const rows = mendedRows(sheet, editing.edits);
      return sendFile(file, { kind, channel: report.channel }, { upload: report.id, rows });
    },
    onSuccess: (id) => {
      // It says which rows were sent again once they have arrived: it is read again when one comes back to it.
      client.invalidateQueries({ queryKey: ["upload", report.id], refetchType: "none" });
      return navigate({ to: "/uploads/$id", params: { id }, search: { from: report.id } });
    },
  });
  const send = () => {
    if (mended > 0 && canSend && !again.isPending) again.mutate();
  };
  return (
    <>
      <Unsaved isLost={() => editing.edits.size > 0 && !again.isPending} />
      <Grid sheet={sheet} editing={editing} onSend={send} />
      <footer className="mend-foot">
        <span className="m">{t.uploads.mended(mended, sheet.groups.length, units(sheet.groups.length))}</span>
        <span className="mid hide-s">
          {t.uploads.keys} <kbd>Tab</kbd> <kbd>Enter</kbd> <kbd>Ctrl Z</kbd>
        </span>
        {again.error && (
          <span className="danger" role="alert">
            <Icon name="x" small /> {sentenceOf(again.error)}
          </span>
        )}
        <span className="right row">
          <a className="btn quiet" href={url} download>
            <Icon name="download" small />
            {t.uploads.asCsv}
          </a>
          <Button
            look="primary"
            keyName="Ctrl Enter"
            disabled={mended === 0 || !canSend}
            busy={again.isPending}
            onClick={send}
          >
            {t.uploads.sendAgain(mended, units(mended))}
          </Button>
        </span>
      </footer>
    </>
  );
}

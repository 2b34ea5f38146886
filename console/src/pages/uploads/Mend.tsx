import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Refused, sentenceOf } from "../../api/client";
import { t } from "../../texts";
import { Button, Skeleton } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { QueryFailure } from "../../ui/list";
import { Grid } from "./Grid";
import { fileName, wordsOf } from "./looks";
import { isMended, type MendSheet, mendedFile, type Report, sheetOf } from "./mending";
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
  return <Mending key={report.id} sheet={sheet} report={report} url={url} />;
}

function Mending({ sheet, report, url }: { sheet: MendSheet; report: Report; url: string }) {
  const navigate = useNavigate();
  const editing = useEdits();
  const mended = sheet.groups.filter((each) => isMended(each, editing.edits)).length;
  const kind = report.kind ?? "orders";
  const { units } = wordsOf(report);
  const canSend = kind !== "orders" || report.channel !== null;
  const again = useMutation({
    mutationFn: () => {
      const name = fileName(report.file).replace(/(-mended)?\.csv$/i, "-mended.csv");
      const file = new File([mendedFile(sheet, editing.edits)], name, { type: "text/csv" });
      return sendFile(file, { kind, channel: report.channel });
    },
    onSuccess: (id) => navigate({ to: "/uploads/$id", params: { id }, search: { from: report.id } }),
  });
  const send = () => {
    if (mended > 0 && canSend && !again.isPending) again.mutate();
  };
  return (
    <>
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

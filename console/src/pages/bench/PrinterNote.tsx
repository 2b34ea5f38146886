import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client";
import { t } from "../../texts";
import { Icon } from "../../ui/Icon";
import { useNow } from "../../ui/now";
import type { Station } from "./station";

const SILENT_MS = 20_000;
const EVERY_MS = 5_000;

/** Says that the printer is silent, and prints in a tab instead; packing goes on. */
export function PrinterNote({ job, station }: { job: string | null; station: Station }) {
  useNow();
  const { data } = useQuery({
    queryKey: ["print-jobs", station.name],
    queryFn: () => answerOf(api.GET("/print-jobs", { params: { query: { station: station.name } } })),
    enabled: job !== null,
    refetchInterval: EVERY_MS,
  });
  const silent = data?.items.filter((each) => Date.now() - Date.parse(each.created_at) > SILENT_MS) ?? [];
  const last = silent.at(-1);
  if (!last) return null;
  const done = () => {
    answerOf(api.POST("/print-jobs/{job_id}/done", { params: { path: { job_id: last.id } } })).catch(() => {
      // it stays in the list, and expires there
    });
  };
  return (
    <div className="note printer-note" role="status">
      <Icon name="printer" />
      <span className="t grow">{t.bench.printerSilent}</span>
      <a className="link" href={last.url} target="_blank" rel="noreferrer" onClick={done}>
        {t.bench.printInTab}
      </a>
    </div>
  );
}

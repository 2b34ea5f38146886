import type { Schemas } from "../../api/client";
import { PRESIGN_AGAIN_MS } from "../../api/queries";
import { t } from "../../texts";
import type { Badge } from "../../ui/bits";

type Look = Parameters<typeof Badge>[0]["look"];

export const UPLOAD_STATE: Record<Schemas["UploadState"], Look> = {
  reading: [t.uploads.state.reading, "info", "progress"],
  done: [t.uploads.state.done, "ok", "check"],
  failed: [t.uploads.state.failed, "danger", "x"],
};

type Counts = Pick<Schemas["UploadSummary"], "orders" | "stock" | "purchases" | "receipts">;

/** The figures of all kinds of files as one: what is in, what was there already, what was refused. */
export function figuresOf({ orders, stock, purchases, receipts }: Counts) {
  if (stock) return { taken: stock.changed, same: stock.unchanged, rejected: stock.rejected };
  const counted = orders ?? purchases ?? receipts;
  return {
    taken: counted?.accepted ?? 0,
    same: counted?.duplicate ?? 0,
    rejected: counted?.rejected ?? 0,
  };
}

type Kinded = Pick<Schemas["UploadSummary"], "kind">;

/** The words for what the file has. */
export const wordsOf = ({ kind }: Kinded) => t.uploads.kinds[kind ?? "orders"];

/** Whose orders the file has, or else what its rows are. */
export const subjectOf = (upload: Pick<Schemas["UploadSummary"], "kind" | "channel">, channel: string) =>
  (upload.kind ?? "orders") === "orders" ? channel : wordsOf(upload).choice;

/** In how many milliseconds a report is read again: soon while its file is read, and before its presigned URL ends. */
export function readAgainIn(report: Pick<Schemas["UploadReport"], "state" | "failed_rows_url"> | undefined) {
  if (report?.state === "reading") return 1_000;
  return report?.failed_rows_url ? PRESIGN_AGAIN_MS : false;
}

/** The name that the file had where it was dropped. */
export const fileName = (key: string) => key.split("/").at(-1) ?? key;

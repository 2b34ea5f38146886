import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Badge } from "../../ui/bits";

type Look = Parameters<typeof Badge>[0]["look"];

export const UPLOAD_STATE: Record<Schemas["UploadState"], Look> = {
  reading: [t.uploads.state.reading, "info", "progress"],
  done: [t.uploads.state.done, "ok", "check"],
  failed: [t.uploads.state.failed, "danger", "x"],
};

/** The figures of both kinds of files as one: what is in, what was there already, what was refused. */
export function figuresOf(upload: Pick<Schemas["UploadSummary"], "orders" | "stock">) {
  const { orders, stock } = upload;
  if (stock) return { taken: stock.changed, same: stock.unchanged, rejected: stock.rejected };
  return {
    taken: orders?.accepted ?? 0,
    same: orders?.duplicate ?? 0,
    rejected: orders?.rejected ?? 0,
  };
}

/** The name that the file had where it was dropped. */
export const fileName = (key: string) => key.split("/").at(-1) ?? key;

import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { t } from "../../texts";

export interface Target {
  kind: Schemas["UploadKind"];
  channel: string | null;
}

/** Files that this page has sent: their columns can be mapped without choosing them again. */
export const sentFiles = new Map<string, File>();

/** Announce a file and put it where it is read; returns the id of its upload. */
export async function sendFile(
  file: File,
  target: Target,
  mends: Schemas["Mended"] | null = null,
): Promise<string> {
  const filename = /\.(csv|tsv|txt)$/i.test(file.name) ? file.name : `${file.name}.csv`;
  const body = { ...target, filename, ...(mends && { mends }) };
  const announced = await answerOf(api.POST("/uploads", { body }));
  const put = await fetch(announced.url, { method: "PUT", body: file });
  if (!put.ok) throw new Refused(put.status, { detail: t.uploads.notPut });
  sentFiles.set(announced.id, file);
  return announced.id;
}

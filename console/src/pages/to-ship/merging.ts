import { answerOf, api, Refused, type Schemas } from "../../api/client";
import type { Row } from "./rows";

/** So many fulfilment orders may leave in one parcel. */
export const MOST_TOGETHER = 5;

/** Whether rows may be those of one parcel, as far as the list sees. */
export const areMergeable = (rows: readonly Row[]) =>
  rows.length > 1 &&
  rows.length <= MOST_TOGETHER &&
  new Set(rows.map((row) => row.order_id)).size === rows.length &&
  new Set(rows.map((row) => row.warehouse)).size === 1 &&
  rows.every((row) => row.fulfilment !== null && row.kind === "own" && row.view === "to-ship" && !row.merge);

/** Have them leave in one parcel; what does not fit is said by the number of its order. */
export async function merge(members: readonly { ref: Schemas["FulfilmentRef"]; number: string }[]) {
  try {
    await answerOf(api.POST("/merges", { body: { fulfilments: members.map(({ ref }) => ref) } }));
  } catch (error) {
    const numbers = members.map(({ number }) => number);
    throw error instanceof Refused ? error.about("fulfilments", numbers) : error;
  }
}

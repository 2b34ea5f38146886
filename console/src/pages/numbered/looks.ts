import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Look } from "../../ui/bits";

const of = t.numbered.states;

export const PURCHASE_STATE: Record<Schemas["PurchaseState"], Look> = {
  new: [of.draft, "neutral", "circle-dashed"],
  submitted: [of.onOrder, "info", "send"],
  partially_received: [of.partReceived, "info", "progress"],
  received: [of.received, "ok", "check"],
  closed: [of.closed, "neutral", "circle-minus"],
  cancelled: [of.cancelled, "neutral", "ban"],
};

export const TRANSFER_STATE: Record<Schemas["TransferState"], Look> = {
  requested: [of.requested, "neutral", "circle-dashed"],
  sent: [of.sent, "info", "send"],
  partially_received: [of.partReceived, "info", "progress"],
  received: [of.received, "ok", "check"],
  closed: [of.closed, "neutral", "circle-minus"],
  cancelled: [of.cancelled, "neutral", "ban"],
};

export const WORK_STATE: Record<Schemas["WorkState"], Look> = {
  new: [of.draft, "neutral", "circle-dashed"],
  submitted: [of.submitted, "info", "tools"],
  partially_done: [of.partDone, "info", "progress"],
  done: [of.done, "ok", "check"],
  closed: [of.closed, "neutral", "circle-minus"],
  cancelled: [of.cancelled, "neutral", "ban"],
};

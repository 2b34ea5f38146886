import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { type Cursor, everyRow } from "../../ui/everyRow";
import { Select } from "../../ui/inputs";
import { saveFile } from "../../ui/saving";
import type { DialogProps } from "./Dialogs";

type Order = Schemas["OrderView"];
type Whose = Schemas["Whose"];
type Reach = keyof typeof t.privacy.of;

const text = t.privacy;
const PAGE = 50;

/** Whose data it is, by how far one looks: that of the order, of its e-mail address, or of its account in the channel. */
export function reachesOf({ id, channel, customer }: Pick<Order, "id" | "channel" | "customer">) {
  const found: Partial<Record<Reach, Whose>> = { order: { order: id } };
  if (customer.email) found.email = { email: customer.email };
  if (customer.id) found.customer = { channel, customer: customer.id };
  return found;
}

/** Read all that is stored of a buyer into `orders`, page by page. */
async function readInto(orders: Schemas["BuyerOrder"][], whose: Whose) {
  const read = async (cursor: Cursor) => {
    const params = { query: { limit: PAGE, cursor } };
    const page = await answerOf(api.POST("/privacy/export", { params, body: whose }));
    orders.push(...page.items);
    return page;
  };
  await everyRow(read, () => {}, Number.POSITIVE_INFINITY);
}

function useReach(order: Order) {
  const names = useNames();
  const reaches = reachesOf(order);
  const [reach, setReach] = useState<Reach>("order");
  const options = (Object.keys(reaches) as Reach[]).map((each) => ({
    value: each,
    label: text.of[each](order.number, order.customer.email ?? "", names.channel(order.channel)),
  }));
  const field = <Select first label={text.whose} value={reach} options={options} onChange={setReach} />;
  return { whose: reaches[reach] ?? { order: order.id }, field };
}

/** Save what is stored of the buyer as a file, to be given to them. */
export function ExportBuyer({ order, onClose }: DialogProps) {
  const client = useQueryClient();
  const { whose, field } = useReach(order);
  const act = async () => {
    const orders: Schemas["BuyerOrder"][] = [];
    const save = (name: string) =>
      saveFile(name, [`${JSON.stringify({ orders }, null, 2)}\n`], "application/json");
    try {
      await readInto(orders, whose);
    } catch (error) {
      if (orders.length === 0) throw error;
      save(`buyer-${order.number}-in-part.json`);
      throw new Refused(503, { detail: text.inPart(orders.length) });
    } finally {
      refreshOrders(client);
    }
    save(`buyer-${order.number}.json`);
    say(text.exported(orders.length));
  };
  return (
    <Confirm title={text.exportTitle} confirm={text.exportConfirm} onClose={onClose} onConfirm={act}>
      <p>{text.exportText}</p>
      {field}
    </Confirm>
  );
}

/** Have what is stored of the buyer erased. */
export function EraseBuyer({ order, onClose }: DialogProps) {
  const client = useQueryClient();
  const { whose, field } = useReach(order);
  const act = async () => {
    const { orders } = await answerOf(api.POST("/privacy/erase", { body: whose }));
    refreshOrders(client);
    say(text.erasing(orders.length));
  };
  return (
    <Confirm
      title={text.eraseTitle}
      confirm={text.eraseConfirm}
      cancel={text.keep}
      destructive
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{text.eraseText}</p>
      {field}
    </Confirm>
  );
}

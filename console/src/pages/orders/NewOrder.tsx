import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { refreshOrders, useAccount, useNames } from "../../api/queries";
import { useBack } from "../../shell/lists";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Check, Input, LongInput, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { asOptions } from "../../ui/list";
import { DraftForm, useDraft } from "../numbered/DraftForm";
import { type DraftColumn, DraftLines } from "../numbered/DraftLines";
import { withSkus } from "../numbered/drafting";
import { AddressFields, addressOf } from "../order/AddressFields";
import { useMeant } from "../products/searching";
import { type OrderDraft, orderBody, unknownIn, wrongIn } from "./placing";
import { Way } from "./Way";

const text = t.placing;
const COLUMNS: DraftColumn[] = [
  { name: "sku", label: t.numbered.sku, className: "", kind: "text" },
  { name: "quantity", label: t.numbered.units, className: "d2", kind: "units" },
  { name: "unit_price", label: text.price, className: "d3", kind: "money" },
];
/** Whether a product has the sku, as far as it can be said. */
async function isProduct(sku: string): Promise<boolean> {
  const { response } = await api.GET("/products/{sku}", { params: { path: { sku } } });
  return response.ok || (response.status !== 404 && response.status !== 422);
}
const TRIES = 20;

/** Whether an order that was accepted can be read, which takes a moment; what fails is tried again. */
async function isStored(id: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const params = { path: { order_id: id } };
    const found = await answerOf(api.GET("/orders/{order_id}", { params })).catch(() => null);
    if (found) return true; // else it is not there yet: it was accepted, and must not be placed again
    await new Promise((resolve) => setTimeout(resolve, 750));
  }
  return false;
}

/** What a line is of, by which it is known whether an answer about its sku still holds. */
const skusOf = (lines: OrderDraft["lines"]) => lines.map((each) => (each.sku ?? "").trim()).join("\n");

/** An order that came by phone or letter, placed by hand. */
export function NewOrder() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { channels, areNamed, hasNoChannel } = useNames();
  const account = useAccount(true);
  const meant = useMeant();
  const [typed, setTyped] = useKept<OrderDraft>("draft", () => ({
    channel: "",
    number: "",
    email: "",
    currency: "",
    paid: true,
    note: "",
    gift: "",
    shipTo: addressOf(null),
    lines: [{}],
  }));
  /** Whether a line with an unknown sku is taken, and whether that was needed so that it is offered. */
  const [allowsUnknown, setAllowsUnknown] = useState(false);
  const [isOffered, setOffered] = useState(false);
  const byHand = channels.find((each) => each.kind === "offline") ?? channels[0];
  const draft = {
    ...typed,
    channel: typed.channel || byHand?.id || "",
    currency: typed.currency || account.data?.currency || "",
  };
  const set = (part: Partial<OrderDraft>) => setTyped((before) => ({ ...before, ...part }));
  const changeLines = (lines: OrderDraft["lines"]) => {
    if (skusOf(lines) !== skusOf(draft.lines)) {
      setOffered(false);
      setAllowsUnknown(false);
    }
    set({ lines });
  };
  const save = useMutation({
    mutationFn: async () => {
      const lines = await withSkus(draft.lines, meant);
      set({ lines });
      const unknown = allowsUnknown ? [] : await unknownIn(lines, isProduct);
      if (unknown.length) {
        setOffered(true);
        throw new Refused(422, { detail: t.numbered.fix, errors: unknown });
      }
      const { id } = await answerOf(api.POST("/orders", { body: orderBody({ ...draft, lines }) }));
      return { id, stored: await isStored(id) };
    },
    onSuccess: ({ id, stored }) => {
      refreshOrders(client);
      if (!stored) say(text.slow);
      return stored
        ? navigate({ to: "/orders/$id", params: { id }, search: { list: "/orders" }, replace: true })
        : navigate({ to: "/orders", replace: true });
    },
  });
  const { problems, missing, submit } = useDraft(save, draft.lines, false, wrongIn(draft));
  const at = problems.fields;
  return (
    <Page title={text.title} back={{ to: "/orders", label: t.orders.title }}>
      <DraftForm
        title={undefined}
        what={text.what}
        submit={text.submit}
        busy={save.isPending || account.isLoading || !areNamed}
        problem={missing ?? problems.said}
        error={save.error}
        onSubmit={submit}
        onClose={useBack("/orders")}
        aside={<Way draft={draft} />}
      >
        <div className="draft-head">
          <Select
            label={text.channel}
            value={draft.channel}
            options={asOptions(channels)}
            hint={hasNoChannel ? text.noChannel : undefined}
            problem={at.get("channel")}
            onChange={(channel) => set({ channel })}
          />
          <Input
            label={text.number}
            hint={text.numberHint}
            maxLength={100}
            value={draft.number}
            problem={at.get("number") ?? at.get("channel_order_id")}
            onChange={(number) => set({ number })}
          />
          <Input
            label={text.email}
            maxLength={255}
            value={draft.email}
            problem={at.get("customer.email")}
            onChange={(email) => set({ email })}
          />
          <Input
            label={text.currency}
            maxLength={3}
            value={draft.currency}
            problem={at.get("currency")}
            onChange={(currency) => set({ currency })}
          />
        </div>
        <h2 className="h2">{text.to}</h2>
        <AddressFields value={draft.shipTo} problems={at} onChange={(shipTo) => set({ shipTo })} />
        <DraftLines columns={COLUMNS} lines={draft.lines} problems={at} onChange={changeLines} />
        {isOffered && (
          <Check checked={allowsUnknown} onChange={setAllowsUnknown}>
            {text.unknown} <span className="dim">{text.unknownHint}</span>
          </Check>
        )}
        <div className="draft-head">
          <LongInput
            label={text.note}
            maxLength={5000}
            value={draft.note}
            problem={at.get("note")}
            onChange={(note) => set({ note })}
          />
          <LongInput
            label={text.gift}
            maxLength={5000}
            value={draft.gift}
            problem={at.get("gift_message")}
            onChange={(gift) => set({ gift })}
          />
        </div>
        <Check checked={draft.paid} onChange={(paid) => set({ paid })}>
          {text.paid} <span className="dim">{text.paidHint}</span>
        </Check>
      </DraftForm>
    </Page>
  );
}

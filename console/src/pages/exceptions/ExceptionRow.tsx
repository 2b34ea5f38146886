import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, memo } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Refusal, When } from "../../ui/bits";
import { person } from "../../ui/format";
import { useKept } from "../../ui/kept";
import { mapListing } from "../channels/mapListing";
import { SkuInput } from "../numbered/SkuInput";
import { useMeant } from "../products/searching";
import { advised } from "./advising";
import { concernsOf } from "./concerns";
import { Dismiss, Reopen } from "./Dismissing";
import { SupplierAnswer } from "./SupplierAnswer";

type OpenException = Schemas["OpenException"];

/** What went wrong, since when, and the fix on the row. */
export const ExceptionRow = memo(function ExceptionRow({ exception }: { exception: OpenException }) {
  const names = useNames();
  return (
    <li className="ex" tabIndex={-1}>
      <div className="msg">
        <p>
          <span className="t">{names.said(exception.message)}</span>{" "}
          <span className="dim">{concernsOf(exception, names)}</span>
        </p>
        <p className="mid">{advised(exception, names)}</p>
      </div>
      <div className="when small mid">
        {exception.handled_by && exception.handled_at ? (
          <>
            {person(exception.handled_by)}
            <br />
            <When at={exception.handled_at} />
          </>
        ) : (
          <>
            <When at={exception.first_at} />
            <br />
            <span className="dim">
              {exception.waiting
                ? t.exceptions.waiting(exception.waiting)
                : exception.times > 1
                  ? t.exceptions.times(exception.times)
                  : t.exceptions.once}
            </span>
          </>
        )}
      </div>
      <Fix exception={exception} />
    </li>
  );
});

function Fix({ exception }: { exception: OpenException }) {
  const can = useCan();
  const client = useQueryClient();
  const path = { exception_id: exception.id };
  const retry = useMutation({
    mutationFn: () => answerOf(api.POST("/exceptions/{exception_id}/retry", { params: { path } })),
    onSuccess: () => say(t.exceptions.retried),
    onSettled: () => refreshOrders(client),
  });
  const open = exception.state === "open";
  const order = exception.order ?? exception.subject.order;
  return (
    <div className="fix">
      <Refusal error={retry.error} />
      {open && exception.cause === "unmatched_listing" && <MapListing exception={exception} />}
      {open && exception.cause === "unmatched_sku" && <NameProduct exception={exception} />}
      {open && <SupplierAnswer exception={exception} />}
      {order && can("GET /orders/{order_id}") && (
        <Link className="btn small" to="/orders/$id" params={{ id: order }} search={{ list: "/exceptions" }}>
          {t.exceptions.openOrder}
        </Link>
      )}
      <Documents subject={exception.subject} />
      {open && exception.retryable && can("POST /exceptions/{exception_id}/retry") && (
        <Button small busy={retry.isPending} onClick={() => retry.mutate()}>
          {t.exceptions.retry}
        </Button>
      )}
      <Dismiss exception={exception} />
      <Reopen exception={exception} />
    </div>
  );
}

/** Lead to the document that it is about, where it is received, answered or closed. */
function Documents({ subject }: { subject: OpenException["subject"] }) {
  const can = useCan();
  const { purchase_order: purchase, transfer_order: transfer, work_order: work } = subject;
  const to = (name: string) => ({
    params: { id: name },
    className: "btn small",
    children: t.exceptions.open(name),
  });
  return (
    <>
      {purchase && can("GET /purchase-orders/{purchase_id}") && (
        <Link to="/purchase-orders/$id" {...to(purchase)} />
      )}
      {transfer && can("GET /transfer-orders/{transfer_id}") && (
        <Link to="/transfers/$id" {...to(transfer)} />
      )}
      {work && can("GET /work-orders/{work_id}") && <Link to="/work-orders/$id" {...to(work)} />}
    </>
  );
}

/** Say which product a listing of a channel means: every order that waits for it then goes on. */
function MapListing({ exception }: { exception: OpenException }) {
  const { channel, reference } = exception.subject;
  const can = useCan();
  if (!channel || !reference || !can("PUT /products/{sku}/listings/{channel}")) return null;
  const map = async (sku: string) => (await mapListing(sku, channel, { reference })).warnings;
  return <SkuForm name={exception.id} label={t.exceptions.map} onSubmit={map} />;
}

/** Say which product a line of an order means. */
function NameProduct({ exception }: { exception: OpenException }) {
  const can = useCan();
  const order_id = exception.order ?? exception.subject.order;
  const line_id = exception.line ?? exception.subject.line;
  if (!order_id || !line_id || !can("POST /orders/{order_id}/lines/{line_id}/product")) return null;
  const name = async (sku: string) => {
    await answerOf(
      api.POST("/orders/{order_id}/lines/{line_id}/product", {
        params: { path: { order_id, line_id } },
        body: { sku },
      }),
    );
    return [];
  };
  return <SkuForm name={exception.id} label={t.exceptions.product} onSubmit={name} />;
}

interface SkuFormProps {
  /** As what is typed is kept by. */
  name: string;
  label: string;
  onSubmit: (sku: string) => Promise<string[]>;
}

function SkuForm({ name, label, onSubmit }: SkuFormProps) {
  const [sku, setSku] = useKept(`sku ${name}`, () => "");
  const client = useQueryClient();
  const meant = useMeant();
  const save = useMutation({
    mutationFn: async (typed: string) => {
      const named = await meant(typed);
      return { named, warnings: await onSubmit(named) };
    },
    onSuccess: ({ named, warnings }) => say([t.exceptions.mapped(named), ...warnings].join(" ")),
    onSettled: () => refreshOrders(client),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sku.trim()) save.mutate(sku.trim());
  };
  return (
    <form className="row" onSubmit={submit}>
      <SkuInput
        className="input short code"
        aria-label={t.exceptions.mapTo}
        placeholder={t.exceptions.mapTo}
        value={sku}
        onSku={setSku}
      />
      <Button small type="submit" busy={save.isPending} disabled={!sku.trim()}>
        {label}
      </Button>
      <Refusal error={save.error} />
    </form>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client";
import { useAccount, useNames, useSuppliers } from "../../api/queries";
import { useCan } from "../../auth/context";
import { useBack } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Input, LongInput, Select } from "../../ui/inputs";
import { labelsOf, withChoices } from "../../ui/labels";
import { asOptions } from "../../ui/list";
import { DraftForm, useDraft } from "../numbered/DraftForm";
import { type DraftColumn, DraftLines } from "../numbered/DraftLines";
import { type DraftLine, withSkus } from "../numbered/drafting";
import { useChange } from "../numbered/one";
import { useWritten } from "../numbered/useWritten";
import { useMeant } from "../products/searching";
import { draftBody, draftOf, onTerms, relined, withoutCosts, withoutPrice, withoutTerms } from "./draft";
import type { Purchase } from "./Purchase";

const d = t.purchases.draft;

const COLUMNS: DraftColumn[] = [
  { name: "sku", label: t.numbered.sku, className: "", kind: "text" },
  { name: "ordered", label: t.numbered.units, className: "d1", kind: "units" },
  { name: "unit_cost", label: d.cost, className: "d2", kind: "money" },
  { name: "case_pack", label: d.pack, className: "d1", kind: "units" },
  { name: "expected_on", label: d.due, className: "d3", kind: "date" },
];

/** Kinds of warehouses that goods are delivered to for us. */
const RECEIVING = new Set(["own", "3pl"]);

const LABELS = labelsOf(
  {
    supplier: t.purchases.supplier,
    warehouse: t.purchases.to,
    currency: d.currency,
    reference: t.numbered.reference,
    note: t.purchases.note,
    internal_note: t.purchases.internalNote,
    lines: t.numbered.lines,
  },
  "lines",
  [...COLUMNS, { name: "supplier_sku", label: d.supplierSku }, { name: "minimum", label: d.minimum }],
);

export function NewPurchase() {
  return (
    <Page title={d.title} back={{ to: "/purchase-orders", label: t.purchases.title }}>
      <PurchaseForm />
    </Page>
  );
}

/** A purchase order written by hand, or one that is still a draft edited; what the API refuses stands at its field. */
export function PurchaseForm({ order }: { order?: Purchase }) {
  const navigate = useNavigate();
  const back = useBack("/purchase-orders");
  const client = useQueryClient();
  const names = useNames();
  const suppliers = useSuppliers();
  const can = useCan();
  const account = useAccount(!order);
  const meant = useMeant();
  const change = useChange<Purchase>("/purchase-orders");
  const bySupplier = withChoices(LABELS, "supplier", asOptions(suppliers.all));
  const labels = withChoices(bySupplier, "warehouse", asOptions(names.warehouses));
  const { draft, setDraft, set, read, meanwhile } = useWritten(order, draftOf, labels);
  const places = names.warehouses.filter((each) => RECEIVING.has(each.kind ?? ""));
  const ours = account.data?.currency ?? "";
  const whole = {
    ...draft,
    currency: draft.currency || ours,
    warehouse: draft.warehouse || places.find((each) => each.kind === "own")?.id || places[0]?.id || "",
  };
  const show = (id: string) => navigate({ to: "/purchase-orders/$id", params: { id }, replace: true });
  const productOf = async (sku: string) => {
    if (!sku || !can("GET /products/{sku}")) return null;
    return client
      .fetchQuery({
        queryKey: ["product", sku],
        queryFn: () => answerOf(api.GET("/products/{sku}", { params: { path: { sku } } })),
        staleTime: 60_000,
      })
      .catch(() => null); // what is no product is refused with the draft
  };
  const fillIn = async (sku: string) => {
    const product = await productOf(sku);
    if (!product) return;
    setDraft((before) => ({
      ...before,
      lines: before.lines.map((each) =>
        each.sku?.trim() === sku
          ? { ...each, ...onTerms(each, product, before.supplier, before.currency || ours) }
          : each,
      ),
    }));
  };
  const chooseSupplier = (supplier: string) => {
    setDraft((before) => ({ ...before, supplier, lines: before.lines.map(withoutTerms) }));
    for (const { sku = "" } of draft.lines) fillIn(sku.trim());
  };
  const nameCurrency = (currency: string) => {
    setDraft((before) => ({ ...before, currency, lines: before.lines.map(withoutPrice) }));
    for (const { sku = "" } of draft.lines) fillIn(sku.trim());
  };
  /** A line that was sent before its terms were filled in, with these. */
  const onItsTerms = async (line: DraftLine) => {
    const product = line.unit_cost === undefined ? await productOf(line.sku ?? "") : null;
    return product ? { ...line, ...onTerms(line, product, whole.supplier, whole.currency) } : line;
  };
  const save = useMutation({
    mutationFn: async () => {
      const lines = await Promise.all((await withSkus(draft.lines, meant)).map(onItsTerms));
      const body = draftBody({ ...whole, lines }, read.document?.lines);
      const params = { path: { purchase_id: order?.id ?? "" }, header: read.header };
      const call = order
        ? api.PUT("/purchase-orders/{purchase_id}", { params, body })
        : api.POST("/purchase-orders", { body });
      return change(answerOf(call));
    },
    onSuccess: ({ id }) => show(id),
  });
  const { problems, missing, submit } = useDraft(save, whole.lines, !whole.supplier && d.supplierMissing);
  return (
    <DraftForm
      title={order && d.editTitle(order.id)}
      what={d.what}
      submit={order ? t.numbered.save : d.submit}
      busy={save.isPending || account.isLoading || !names.areNamed}
      problem={missing ?? problems.said}
      error={save.error}
      onSubmit={submit}
      onClose={() => (order ? show(order.id) : back())}
      meanwhile={meanwhile(save)}
    >
      <div className="draft-head">
        <Select
          label={t.purchases.supplier}
          value={draft.supplier}
          options={asOptions(suppliers.all)}
          hint={suppliers.isNone ? d.noSupplier : undefined}
          problem={problems.fields.get("supplier")}
          onChange={chooseSupplier}
        />
        <Select
          label={t.purchases.to}
          value={whole.warehouse}
          options={asOptions(places)}
          problem={problems.fields.get("warehouse")}
          onChange={(warehouse) => set({ warehouse })}
        />
        <Input
          label={d.currency}
          value={whole.currency}
          problem={problems.fields.get("currency")}
          onChange={nameCurrency}
        />
        <Input
          label={t.numbered.reference}
          value={draft.reference}
          problem={problems.fields.get("reference")}
          onChange={(reference) => set({ reference })}
        />
      </div>
      <DraftLines
        columns={COLUMNS}
        lines={draft.lines}
        problems={withoutCosts(problems.fields, draft.lines, whole.currency)}
        onChange={(lines) => set({ lines: relined(draft.lines, lines) })}
        onNamed={fillIn}
      />
      <LongInput
        label={t.purchases.note}
        value={draft.note}
        problem={problems.fields.get("note")}
        onChange={(note) => set({ note })}
      />
      <LongInput
        label={t.purchases.internalNote}
        value={draft.internal_note}
        problem={problems.fields.get("internal_note")}
        onChange={(internal_note) => set({ internal_note })}
      />
    </DraftForm>
  );
}

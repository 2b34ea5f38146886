import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useAccount, useNames } from "../../api/queries";
import type { WorkDraftSearch } from "../../search/goods";
import { useBack } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Field } from "../../ui/Confirm";
import { amountOf } from "../../ui/format";
import { Input, LongInput, Select } from "../../ui/inputs";
import { labelsOf, withChoices } from "../../ui/labels";
import { asOptions, choices } from "../../ui/list";
import { DraftForm, useDraft } from "../numbered/DraftForm";
import { number } from "../numbered/drafting";
import { useChange } from "../numbered/one";
import { SkuInput } from "../numbered/SkuInput";
import { useWritten } from "../numbered/useWritten";
import { useMeant } from "../products/searching";
import type { Work } from "./Work";

const d = t.works.draft;
const route = getRouteApi("/work-orders/new");
const KINDS = choices(t.works.kind);
const WORDS = labelsOf({
  kind: d.kind,
  sku: t.numbered.sku,
  units: t.numbered.units,
  warehouse: t.works.at,
  labour: d.labour,
  reference: t.numbered.reference,
  note: t.numbered.note,
});
const LABELS = withChoices(WORDS, "kind", KINDS);
/** Kinds of warehouses where people build for us. */
const BUILDING = new Set(["own", "3pl"]);

export function NewWork() {
  const search = route.useSearch();
  return (
    <Page title={d.title} back={{ to: "/work-orders", label: t.works.title }}>
      <WorkForm begin={search} />
    </Page>
  );
}

const draftOf = (order: Work | undefined, begin: WorkDraftSearch) => ({
  kind: order?.kind ?? begin.kind ?? ("build" as Schemas["WorkKind"]),
  sku: order?.sku ?? begin.sku ?? "",
  warehouse: order?.warehouse ?? begin.warehouse ?? "",
  units: order ? String(order.units) : "",
  labour: order?.labour?.amount ?? "",
  reference: order?.reference ?? "",
  note: order?.note ?? "",
});

/** A work order written by hand, or one that is still a draft edited. */
export function WorkForm({ order, begin = {} }: { order?: Work; begin?: WorkDraftSearch }) {
  const navigate = useNavigate();
  const back = useBack("/work-orders");
  const names = useNames();
  const account = useAccount();
  const meant = useMeant();
  const change = useChange<Work>("/work-orders");
  const labels = withChoices(LABELS, "warehouse", asOptions(names.warehouses));
  const { draft, set, read, meanwhile } = useWritten(order, (stored) => draftOf(stored, begin), labels);
  const places = names.warehouses.filter((each) => BUILDING.has(each.kind ?? ""));
  const warehouse = draft.warehouse || places[0]?.id || "";
  const currency = order?.labour?.currency ?? account.data?.currency ?? "";
  const show = (id: string) => navigate({ to: "/work-orders/$id", params: { id }, replace: true });
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        kind: draft.kind,
        sku: await meant(draft.sku),
        warehouse,
        units: number(draft.units),
        labour: draft.labour.trim() ? { amount: amountOf(draft.labour), currency } : null,
        reference: draft.reference.trim(),
        note: draft.note.trim(),
      };
      const call = order
        ? api.PUT("/work-orders/{work_id}", {
            params: { path: { work_id: order.id }, header: read.header },
            body,
          })
        : api.POST("/work-orders", { body });
      return change(answerOf(call));
    },
    onSuccess: ({ id }) => show(id),
  });
  const { problems, missing, submit } = useDraft(save, null, !draft.sku.trim() && d.missing);
  const at = (name: string) => problems.fields.get(name);
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
          label={d.kind}
          value={draft.kind}
          options={KINDS}
          problem={at("kind")}
          onChange={(kind) => set({ kind: kind as Schemas["WorkKind"] })}
        />
        <Field label={t.numbered.sku} problem={at("sku")}>
          {(ids) => <SkuInput {...ids} className="input" value={draft.sku} onSku={(sku) => set({ sku })} />}
        </Field>
        <Input
          label={t.numbered.units}
          value={draft.units}
          problem={at("units")}
          onChange={(units) => set({ units })}
        />
        <Select
          label={t.works.at}
          value={warehouse}
          options={asOptions(places)}
          problem={at("warehouse")}
          onChange={(chosen) => set({ warehouse: chosen })}
        />
        {currency && (
          <Input
            label={`${d.labour}, ${currency}`}
            value={draft.labour}
            problem={at("labour") ?? at("labour.amount")}
            onChange={(labour) => set({ labour })}
          />
        )}
        <Input
          label={t.numbered.reference}
          value={draft.reference}
          problem={at("reference")}
          onChange={(reference) => set({ reference })}
        />
      </div>
      <LongInput
        label={t.numbered.note}
        value={draft.note}
        problem={at("note")}
        onChange={(note) => set({ note })}
      />
    </DraftForm>
  );
}

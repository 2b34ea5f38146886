import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useBack } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Input, LongInput, Select } from "../../ui/inputs";
import { labelsOf, withChoices } from "../../ui/labels";
import { asOptions } from "../../ui/list";
import { DraftForm, useDraft } from "../numbered/DraftForm";
import { type DraftColumn, DraftLines } from "../numbered/DraftLines";
import { type DraftLine, filledIn, number, withSkus } from "../numbered/drafting";
import { useChange } from "../numbered/one";
import { useWritten } from "../numbered/useWritten";
import { useMeant } from "../products/searching";
import { Available } from "./Available";
import type { Transfer } from "./units";

const d = t.transfers.draft;
const COLUMNS: DraftColumn[] = [
  { name: "sku", label: t.numbered.sku, className: "", kind: "text" },
  { name: "units", label: t.numbered.units, className: "d2", kind: "units" },
];
const LABELS = labelsOf(
  {
    from: t.transfers.from,
    to: t.transfers.to,
    expected: t.transfers.expected,
    reference: t.numbered.reference,
    note: t.numbered.note,
    lines: t.numbered.lines,
  },
  "lines",
  COLUMNS,
);

export function NewTransfer() {
  return (
    <Page title={d.title} back={{ to: "/transfers", label: t.transfers.title }}>
      <TransferForm />
    </Page>
  );
}

interface Draft {
  from: string;
  to: string;
  expected: string;
  reference: string;
  note: string;
  lines: readonly DraftLine[];
}

const draftOf = (order: Transfer | undefined): Draft => ({
  from: order?.from_warehouse ?? "",
  to: order?.to_warehouse ?? "",
  expected: order?.expected_on ?? "",
  reference: order?.reference ?? "",
  note: order?.note ?? "",
  lines: [...(order?.lines.map(({ sku, units }) => ({ sku, units: String(units) })) ?? []), {}],
});

/** Kinds of warehouses whose goods nobody here sends, and those that nobody sends goods to. */
const NEVER_FROM = new Set(["dropship", "fba"]);
const NEVER_TO = new Set(["dropship"]);

/** A transfer order written by hand, or one that is not sent yet edited. */
export function TransferForm({ order }: { order?: Transfer }) {
  const navigate = useNavigate();
  const back = useBack("/transfers");
  const names = useNames();
  const meant = useMeant();
  const change = useChange<Transfer>("/transfers");
  const warehouses = asOptions(names.warehouses);
  const labels = withChoices(withChoices(LABELS, "from", warehouses), "to", warehouses);
  const { draft, set, read, meanwhile } = useWritten(order, draftOf, labels);
  const show = (id: string) => navigate({ to: "/transfers/$id", params: { id }, replace: true });
  const save = useMutation({
    mutationFn: async () => {
      const lines = await withSkus(draft.lines, meant);
      const body = {
        from_warehouse: draft.from,
        to_warehouse: draft.to,
        expected_on: draft.expected || null,
        reference: draft.reference.trim(),
        note: draft.note.trim(),
        lines: filledIn(lines).map((each) => ({
          sku: (each.sku ?? "").trim(),
          units: number(each.units),
        })),
      };
      const params = { path: { transfer_id: order?.id ?? "" }, header: read.header };
      const call = order
        ? api.PUT("/transfer-orders/{transfer_id}", { params, body })
        : api.POST("/transfer-orders", { body });
      return change(answerOf(call));
    },
    onSuccess: ({ id }) => show(id),
  });
  const unchosen = !draft.from || !draft.to || draft.from === draft.to;
  const { problems, missing, submit } = useDraft(save, draft.lines, unchosen && d.same);
  const places = (never: ReadonlySet<string>) =>
    asOptions(names.warehouses.filter((each) => !never.has(each.kind ?? "")));
  return (
    <DraftForm
      title={order && d.editTitle(order.id)}
      what={d.what}
      submit={order ? t.numbered.save : d.submit}
      busy={save.isPending}
      problem={missing ?? problems.said}
      error={save.error}
      onSubmit={submit}
      onClose={() => (order ? show(order.id) : back())}
      meanwhile={meanwhile(save)}
    >
      <div className="draft-head">
        <Select
          label={t.transfers.from}
          value={draft.from}
          options={places(NEVER_FROM)}
          problem={problems.fields.get("from_warehouse")}
          onChange={(from) => set({ from })}
        />
        <Select
          label={t.transfers.to}
          value={draft.to}
          options={places(NEVER_TO)}
          problem={problems.fields.get("to_warehouse")}
          onChange={(to) => set({ to })}
        />
        <Input
          label={t.transfers.expected}
          hint={d.expectedHint}
          type="date"
          value={draft.expected}
          problem={problems.fields.get("expected_on")}
          onChange={(expected) => set({ expected })}
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
        problems={problems.fields}
        onChange={(lines) => set({ lines })}
        beside={{
          label: t.transfers.lines.available,
          className: "d2",
          draw: ({ sku = "", units = "" }) =>
            sku.trim() && <Available sku={sku} warehouse={draft.from} units={units} />,
        }}
      />
      <LongInput
        label={t.numbered.note}
        value={draft.note}
        problem={problems.fields.get("note")}
        onChange={(note) => set({ note })}
      />
    </DraftForm>
  );
}

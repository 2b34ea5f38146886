import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { choices } from "../../ui/list";
import { Agreement } from "./Agreement";
import type { DialogProps } from "./Dialogs";
import { UnitFields } from "./UnitFields";
import { allOf, chosenOf, isAll, leftIn, mostIn, sumOf, unitsToKeepBack, wrongIn } from "./units";
import { useOrderChange } from "./useOrderChange";

type FulfilmentProps = DialogProps & { fulfilment: Schemas["FulfilmentView"] };

/** Reject units that a warehouse does not ship: they are routed again. */
export function Reject({ order, fulfilment, onClose }: FulfilmentProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const place = names.warehouse(fulfilment.warehouse);
  const lines = leftIn(order, fulfilment);
  const [typed, setTyped] = useKept(
    `reject ${fulfilment.number}`,
    () => ({ units: allOf(lines), reason: "" as Schemas["RejectReason"] | "", note: "" }),
    { of: order.version },
  );
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const [tried, setTried] = useState(false);
  const byPartner = fulfilment.kind !== "own";
  const [sure, setSure] = useState(false);
  const wrong = wrongIn(lines, typed.units);
  const parts = chosenOf(lines, typed.units);
  const problem =
    (!typed.reason && t.rejecting.reasonMissing) ||
    (wrong.size > 0 && t.units.notNumbers) ||
    (parts.length === 0 && t.units.none) ||
    "";
  const act = async () => {
    setTried(true);
    if (problem || !typed.reason) throw new Refused(422, { detail: problem });
    const params = { path: { order_id: order.id, number: fulfilment.number } };
    const body = {
      lines: isAll(lines, parts) ? [] : parts,
      reason: typed.reason,
      note: typed.note.trim(),
      override: byPartner,
    };
    await change(answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/reject", { params, body })));
  };
  return (
    <Confirm
      title={t.rejecting.title(place)}
      confirm={t.rejecting.confirm(sumOf(parts))}
      footnote={t.one.noUndo}
      destructive
      disabled={byPartner && !sure}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.rejecting.text(place)}</p>
      {byPartner && (
        <Agreement
          about={t.rejecting.byPartner(place)}
          label={t.rejecting.isSure}
          checked={sure}
          onChange={setSure}
        />
      )}
      <Select
        label={t.rejecting.reason}
        value={typed.reason}
        options={[
          { value: "" as const, label: t.rejecting.choose },
          ...choices<Schemas["RejectReason"]>(t.bench.reasons),
        ]}
        problem={tried && !typed.reason ? t.rejecting.reasonMissing : undefined}
        onChange={(reason) => set({ reason })}
      />
      <Input label={t.rejecting.note} maxLength={255} value={typed.note} onChange={(note) => set({ note })} />
      {mostIn(lines) > 1 && (
        <UnitFields
          lines={lines}
          typed={typed.units}
          wrong={tried ? wrong : undefined}
          onChange={(units) => set({ units })}
        />
      )}
    </Confirm>
  );
}

/** Enter that a partner has accepted it, by e-mail or telephone. */
export function Accept({ order, fulfilment, onClose }: FulfilmentProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const params = { path: { order_id: order.id, number: fulfilment.number } };
  return (
    <Confirm
      title={t.accepting.title(names.warehouse(fulfilment.warehouse))}
      confirm={t.accepting.confirm}
      onClose={onClose}
      onConfirm={() =>
        change(answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/accept", { params })))
      }
    >
      <p>{t.accepting.text}</p>
    </Confirm>
  );
}

/** Enter whether a fulfiller keeps units back, by its answer in an e-mail or on the telephone. */
export function AnswerCancellation({ order, fulfilment, onClose }: FulfilmentProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const [answer, setAnswer] = useState<Schemas["CancellationAnswer"]["answer"]>("accepted");
  const [reason, setReason] = useKept(`answer ${fulfilment.number}`, () => "", { of: order.version });
  const params = { path: { order_id: order.id, number: fulfilment.number } };
  const body = { answer, reason: reason.trim() };
  return (
    <Confirm
      title={t.answering.title(names.warehouse(fulfilment.warehouse))}
      confirm={t.answering.confirm}
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={() =>
        change(
          answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/answer-cancellation", { params, body })),
        )
      }
    >
      <p>{t.answering.text(unitsToKeepBack(fulfilment))}</p>
      <Select
        first
        label={t.answering.answer}
        value={answer}
        options={choices(t.answering.answers)}
        onChange={setAnswer}
      />
      <Input label={t.answering.reason} maxLength={255} value={reason} onChange={setReason} />
    </Confirm>
  );
}

/** Correct the tracking number or the carrier of a parcel that left. */
export function CorrectParcel({ order, fulfilment, place, onClose }: FulfilmentProps & { place: number }) {
  const names = useNames();
  const change = useOrderChange(order);
  const parcel = fulfilment.parcels[place - 1];
  const was = { carrier: parcel?.carrier ?? "", tracking: parcel?.tracking ?? "" };
  const [typed, setTyped] = useKept(`correct ${fulfilment.number} ${place}`, () => was, { of: was });
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const carrier = typed.carrier.trim();
  const tracking = typed.tracking.trim();
  const isSame = carrier === was.carrier && tracking === was.tracking;
  const act = async () => {
    if (isSame || !tracking) throw new Refused(422, { detail: t.correcting.missing });
    const params = { path: { order_id: order.id, number: fulfilment.number, place } };
    const body = { carrier: carrier || null, tracking, was: parcel?.tracking ?? null };
    await change(
      answerOf(api.PATCH("/orders/{order_id}/fulfilments/{number}/parcels/{place}", { params, body })),
    );
  };
  return (
    <Confirm title={t.correcting.title} confirm={t.correcting.confirm} onClose={onClose} onConfirm={act}>
      <p>{t.correcting.text(names.isReachable(order.channel) ? names.channel(order.channel) : "")}</p>
      <Input
        first
        code
        label={t.one.tracking}
        value={typed.tracking}
        onChange={(tracking) => set({ tracking })}
      />
      <Input label={t.one.carrier} value={typed.carrier} onChange={(carrier) => set({ carrier })} />
    </Confirm>
  );
}

import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Check, Input, LongInput } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { AddressFields } from "./AddressFields";
import { editable, editsOf, notANumber, patchOf, unpaidIn } from "./edits";
import { useOrderChange } from "./useOrderChange";

const text = t.editing;

/** Change the address, the texts and the units of an order. */
export function EditDialog({ order, onClose }: { order: Schemas["OrderView"]; onClose: () => void }) {
  const change = useOrderChange(order);
  const [seen] = useState(order); // the edits are of this version, whatever is read again meanwhile
  const [edits, setEdits] = useKept("edits", () => editsOf(seen), { of: seen.version });
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const set = (part: Partial<typeof edits>) => setEdits((before) => ({ ...before, ...part }));
  const unpaid = unpaidIn(seen, edits);
  const said = unpaid
    .map(({ line, paid, more }) => text.unpaid(paid, line.name || line.sku, more))
    .join(". ");
  /** What a person agreed to: another number of units is agreed to again. */
  const [agreed, setAgreed] = useState("");
  const save = async () => {
    const wrong = notANumber(edits);
    setProblems(new Map(wrong ? [[wrong, text.number]] : []));
    if (wrong) throw new Refused(422, { detail: text.number });
    if (unpaid.length > 0 && agreed !== said) throw new Refused(422, { detail: text.unpaidMissing });
    const body = patchOf(seen, edits);
    if (!body) return;
    try {
      const params = { path: { order_id: order.id } };
      await change(answerOf(api.PATCH("/orders/{order_id}", { params, body })));
    } catch (error) {
      if (error instanceof Refused)
        setProblems(new Map(error.errors.map(({ field, message }) => [field, message])));
      throw error;
    }
  };
  return (
    <Confirm title={text.title(order.number)} confirm={text.confirm} onClose={onClose} onConfirm={save}>
      <p>{text.text}</p>
      <AddressFields first value={edits.shipTo} problems={problems} onChange={(shipTo) => set({ shipTo })} />
      <div className="draft-head">
        {editable(seen).map((line) => (
          <Input
            key={line.id}
            label={text.quantity(line.name || line.sku)}
            inputMode="numeric"
            value={edits.units[line.id] ?? ""}
            problem={problems.get(line.id)}
            onChange={(units) => set({ units: { ...edits.units, [line.id]: units } })}
          />
        ))}
      </div>
      <p className="dim small">{text.quantityHint}</p>
      {unpaid.length > 0 && (
        <div className="note t-warn">
          <Check checked={agreed === said} onChange={(is) => setAgreed(is ? said : "")}>
            {said}.
          </Check>
        </div>
      )}
      <LongInput
        label={t.placing.note}
        maxLength={5000}
        value={edits.note}
        problem={problems.get("note")}
        onChange={(note) => set({ note })}
      />
      <LongInput
        label={t.placing.gift}
        maxLength={5000}
        value={edits.gift}
        problem={problems.get("gift_message")}
        onChange={(gift) => set({ gift })}
      />
    </Confirm>
  );
}

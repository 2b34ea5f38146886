import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import type { DialogProps } from "./Dialogs";
import { unitsLeft } from "./stands";
import { UnitFields } from "./UnitFields";
import { chosenOf, isAll, joinableWith, leftIn, noneOf, sumOf, wrongIn } from "./units";
import { useOrderChange } from "./useOrderChange";

type FulfilmentProps = DialogProps & { fulfilment: Schemas["FulfilmentView"] };

/** Make a part of a fulfilment order one of its own. */
export function Split({ order, fulfilment, onClose }: FulfilmentProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const lines = leftIn(order, fulfilment);
  const [typed, setTyped] = useKept(`split ${fulfilment.number}`, () => noneOf(lines), { of: order.version });
  const [tried, setTried] = useState(false);
  const wrong = wrongIn(lines, typed);
  const parts = chosenOf(lines, typed);
  const problem =
    (wrong.size > 0 && t.units.notNumbers) ||
    (parts.length === 0 && t.units.none) ||
    (isAll(lines, parts) && t.splitting.all) ||
    "";
  const act = async () => {
    setTried(true);
    if (problem) throw new Refused(422, { detail: problem });
    const params = { path: { order_id: order.id, number: fulfilment.number } };
    const body = { lines: parts };
    await change(answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/split", { params, body })));
  };
  return (
    <Confirm
      title={t.splitting.title(names.warehouse(fulfilment.warehouse))}
      confirm={t.splitting.confirm(sumOf(parts))}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.splitting.text}</p>
      <UnitFields first lines={lines} typed={typed} wrong={tried ? wrong : undefined} onChange={setTyped} />
    </Confirm>
  );
}

/** Have all units of a fulfilment order ship with another one of the same warehouse. */
export function Join({ order, fulfilment, onClose }: FulfilmentProps) {
  const change = useOrderChange(order);
  const others = joinableWith(order, fulfilment);
  const [into, setInto] = useState(String(others[0]?.number ?? ""));
  const act = () => {
    const params = { path: { order_id: order.id, number: fulfilment.number } };
    const body = { into: Number(into) };
    return change(answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/join", { params, body })));
  };
  return (
    <Confirm
      title={t.joining.title(fulfilment.short_id)}
      confirm={t.joining.confirm}
      disabled={!into}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.joining.text}</p>
      <Select
        first
        label={t.joining.into}
        value={into}
        options={others.map((each) => ({
          value: String(each.number),
          label: t.joining.option(each.short_id, unitsLeft(each)),
        }))}
        onChange={setInto}
      />
    </Confirm>
  );
}

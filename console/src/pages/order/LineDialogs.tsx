import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm, Field } from "../../ui/Confirm";
import { Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { asOptions } from "../../ui/list";
import { SkuInput } from "../numbered/SkuInput";
import { useMeant } from "../products/searching";
import type { DialogProps } from "./Dialogs";
import { movableFrom } from "./stands";
import { useOrderChange } from "./useOrderChange";

type Line = Schemas["LineView"];

export function Move({ order, line, onClose }: DialogProps & { line: Line }) {
  const names = useNames();
  const change = useOrderChange(order);
  const from = movableFrom(order, line);
  // Of a line that is split, each of its warehouses may ship all of it.
  const isThere = (warehouse: string) => line.short === 0 && from.every((each) => each === warehouse);
  const others = names.warehouses.filter(({ id }) => !isThere(id));
  const [to, setTo] = useState(others.find(({ id }) => !from.includes(id))?.id ?? others[0]?.id ?? "");
  const path = { order_id: order.id, line_id: line.id };
  const act = () =>
    change(
      answerOf(
        api.POST("/orders/{order_id}/lines/{line_id}/move", { params: { path }, body: { warehouse: to } }),
      ),
    );
  return (
    <Confirm
      title={t.one.moveTitle(line.name || line.sku)}
      confirm={t.one.moveConfirm}
      disabled={!to}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.one.moveText}</p>
      <Select first label={t.one.moveTo} value={to} options={asOptions(others)} onChange={setTo} />
    </Confirm>
  );
}

export function NameProduct({ order, line, onClose }: DialogProps & { line: Line }) {
  const change = useOrderChange(order);
  const meant = useMeant();
  const [sku, setSku] = useKept(`product ${line.id}`, () => "");
  const act = async () => {
    if (!sku.trim()) throw new Refused(422, { detail: t.exceptions.mapMissing });
    const path = { order_id: order.id, line_id: line.id };
    await change(
      answerOf(
        api.POST("/orders/{order_id}/lines/{line_id}/product", {
          params: { path },
          body: { sku: await meant(sku) },
        }),
      ),
    );
  };
  return (
    <Confirm
      title={`${line.name || line.reference}`}
      confirm={t.exceptions.product}
      onClose={onClose}
      onConfirm={act}
    >
      <Field label={t.exceptions.mapTo}>
        {(ids) => <SkuInput {...ids} className="input code" data-autofocus value={sku} onSku={setSku} />}
      </Field>
    </Confirm>
  );
}

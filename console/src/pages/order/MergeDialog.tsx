import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Refused, type Schemas } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Check } from "../../ui/inputs";
import { MOST_TOGETHER, merge } from "../to-ship/merging";
import type { DialogProps } from "./Dialogs";
import { useCompany } from "./Together";

/** Have a fulfilment order leave in one parcel with those of other orders that are chosen. */
export function Merge({
  order,
  fulfilment,
  onClose,
}: DialogProps & { fulfilment: Schemas["FulfilmentView"] }) {
  const client = useQueryClient();
  const names = useNames();
  const company = useCompany(order, fulfilment);
  const [ids, setIds] = useState<readonly string[]>(() =>
    company.slice(0, MOST_TOGETHER - 1).map((each) => each.short_id),
  );
  const chosen = company.filter((each) => ids.includes(each.short_id));
  const choose = (id: string, isChosen: boolean) =>
    setIds((before) => (isChosen ? [...before, id] : before.filter((each) => each !== id)));
  const act = async () => {
    if (chosen.length === 0) throw new Refused(422, { detail: t.merging.none });
    if (chosen.length >= MOST_TOGETHER) throw new Refused(422, { detail: t.merging.most(MOST_TOGETHER) });
    const own = { order: order.id, fulfilment: fulfilment.number, number: order.number };
    const members = [own, ...chosen].map(({ number, ...each }) => ({
      ref: { order: each.order, fulfilment: each.fulfilment },
      number,
    }));
    await merge(members);
    refreshOrders(client);
    say(t.merging.done(members.length));
  };
  return (
    <Confirm
      title={t.merging.title}
      confirm={t.merging.confirm(chosen.length + 1)}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.merging.text}</p>
      <fieldset className="choices">
        <legend>{t.merging.legend(order.number)}</legend>
        {company.map((each) => (
          <Check
            key={each.short_id}
            checked={ids.includes(each.short_id)}
            onChange={(isChosen) => choose(each.short_id, isChosen)}
          >
            {t.merging.option(each.number, names.channel(each.channel), each.units)}
          </Check>
        ))}
      </fieldset>
    </Confirm>
  );
}

import type { Names } from "../../api/queries";
import { t } from "../../texts";

/** What a step does, with what is to be known of a partner's warehouse: its stock feed may say what is there. */
export const atPartner = (text: string, { warehouses, warehouse }: Names, id: string) => {
  const isPartner = warehouses.find((each) => each.id === id)?.kind === "3pl";
  return isPartner ? `${text} ${t.numbered.byFeed(warehouse(id))}` : text;
};

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client";
import { useNames, useSuppliers } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { money } from "../../ui/format";
import { draftsOf, type Suggestion } from "./suggesting";

interface DialogProps {
  suggestions: readonly Suggestion[];
  /** What they were computed by: they are computed again by the same. */
  terms: { weeks: number; safety_days: number };
  onClose: () => void;
  onDone: () => void;
}

/** Which purchase orders the chosen suggestions become, before they do. */
export function DraftDialog({ suggestions, terms, onClose, onDone }: DialogProps) {
  const names = useNames();
  const suppliers = useSuppliers();
  const client = useQueryClient();
  const navigate = useNavigate();
  const drafts = draftsOf(suggestions);
  const draft = async () => {
    const { weeks, safety_days } = terms;
    const shelves = suggestions.map(({ sku, warehouse }) => ({ sku, warehouse }));
    const { items } = await answerOf(
      api.POST("/purchase-orders/from-suggestions", { body: { weeks, safety_days, shelves } }),
    );
    for (const queryKey of [["suggestions"], ["/purchase-orders"]]) client.invalidateQueries({ queryKey });
    onDone();
    const ids = items.map((each) => each.id);
    say(ids.length ? t.suggestions.drafted(ids.join(", ")) : t.suggestions.draftedNone);
    if (ids.length === 1 && ids[0]) navigate({ to: "/purchase-orders/$id", params: { id: ids[0] } });
    else if (ids.length) navigate({ to: "/purchase-orders", search: { state: "new" } });
  };
  return (
    <Confirm
      title={t.suggestions.draftTitle(drafts.length)}
      confirm={t.suggestions.draft(drafts.length)}
      onClose={onClose}
      onConfirm={draft}
    >
      <p>{t.suggestions.draftText}</p>
      <table className="tbl card-tbl prices">
        <tbody>
          {drafts.map((each) => (
            <tr key={`${each.supplier}/${each.warehouse}/${each.total.currency}`}>
              <td className="m" title={suppliers.name(each.supplier)}>
                {suppliers.name(each.supplier)}
              </td>
              <td className="mid">
                {names.warehouse(each.warehouse)}, {t.suggestions.lines(each.products)}
              </td>
              <td className="num">{money(each.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Confirm>
  );
}

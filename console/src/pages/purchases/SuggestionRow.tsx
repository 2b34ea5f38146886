import { memo } from "react";
import { useNames, useSuppliers } from "../../api/queries";
import { t } from "../../texts";
import { count, money } from "../../ui/format";
import { GoodsLink } from "../numbered/GoodsLink";
import { costOf, lackingOf, type Suggestion } from "./suggesting";

const s = t.suggestions;

interface RowProps {
  suggestion: Suggestion;
  place: number;
  isChosen: boolean;
  isCurrent: boolean;
  /** Nothing where the reader may not draft purchase orders. */
  onToggle: ((suggestion: Suggestion) => void) | undefined;
}

/** A product that will run out at a warehouse: how many to order, and how that number comes about. */
export const SuggestionRow = memo(function SuggestionRow(props: RowProps) {
  const { suggestion: each, place, isChosen, isCurrent, onToggle } = props;
  const names = useNames();
  const suppliers = useSuppliers();
  const look = [isChosen && "sel", isCurrent && "cur"].filter(Boolean).join(" ");
  return (
    <tr data-index={place} aria-rowindex={place + 2} className={look || undefined}>
      <td className="c1">
        {onToggle && (
          <input
            type="checkbox"
            className="box"
            aria-label={t.common.select(each.sku)}
            checked={isChosen}
            onChange={() => onToggle(each)}
          />
        )}
      </td>
      <td className="two-line wrap">
        <span>
          <GoodsLink name={each.name} sku={each.sku} />
        </span>
        <span className="dim small">{suppliers.name(each.supplier)}</span>
      </td>
      <td title={names.warehouse(each.warehouse)}>{names.warehouse(each.warehouse)}</td>
      <td className="wrap" title={each.sentence}>
        <Sum of={each} />
      </td>
      <td className="num b">{count(each.units)}</td>
      <td className="num p2">{money(costOf(each))}</td>
    </tr>
  );
});

/** The arithmetic of a suggestion: what is needed, what is there or comes, and what lacks, in whole cases. */
function Sum({ of: each }: { of: Suggestion }) {
  const steps = [
    each.waiting !== 0 && s.waiting(each.waiting),
    each.available !== 0 && s.available(each.available),
    each.incoming !== 0 && s.incoming(each.incoming),
    each.drafted !== 0 && s.inDrafts(each.drafted),
  ].filter(Boolean);
  const cases = s.cases(each.case_pack, each.minimum);
  return (
    <>
      {s.needs(each.taken, each.days - each.empty_days, each.lead_days + each.safety_days, each.needed)}{" "}
      <span className="mid">{steps.join(" ")}</span> <b className="m">{s.lacks(lackingOf(each))}</b>
      {cases && <span className="dim">; {cases}</span>}
    </>
  );
}

import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { dateOf } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { isDraft, type Supply } from "./supply";

/** Which documents bring what a line waits for, and when; or that none does. */
export function SupplyOf({ line, supply }: { line: Schemas["LineView"]; supply: readonly Supply[] }) {
  if (supply.length === 0)
    return (
      <p className="supply">
        <Icon name="clock" small />
        <span>
          {t.one.supply.none}{" "}
          {line.sku && (
            <Link to="/stock/$sku" params={{ sku: line.sku }} className="link in-text">
              {t.one.supply.stock(line.name || line.sku)}
            </Link>
          )}
        </span>
      </p>
    );
  return supply.map((each) => <Awaited key={`${idOf(each)}/${each.sku}`} supply={each} />);
}

const idOf = ({ purchase_order, work_order }: Supply) => purchase_order ?? work_order ?? "";

function Awaited({ supply }: { supply: Supply }) {
  const isBought = supply.purchase_order != null;
  const day = supply.expected_on ? t.one.supply.expected(dateOf(supply.expected_on)) : t.one.supply.undated;
  return (
    <p className="supply">
      <Icon name={isBought ? "shopping-cart" : "tools"} small />
      <span>
        <Link
          to={isBought ? "/purchase-orders/$id" : "/work-orders/$id"}
          params={{ id: idOf(supply) }}
          className="link code"
        >
          {idOf(supply)}
        </Link>{" "}
        {t.one.supply[isBought ? "purchase" : "work"](supply.units)}
        {isDraft(supply) ? t.one.supply.draft : isBought && day}
      </span>
    </p>
  );
}

import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { money } from "../../ui/format";
import { chosenIn, inWords, isSlow, type Rated } from "./buying";
import { canBuy, keyOf, type Row } from "./rows";

/** Above this many only what stays behind or is slow is listed. */
const LISTED = 20;

interface PricesProps {
  rows: readonly Row[];
  rated: ReadonlyMap<string, Rated>;
}

/** What each label costs, what is slow, and what stays behind and why: the last first. */
export function Prices({ rows, rated }: PricesProps) {
  const of = (row: Row) => rated.get(keyOf(row));
  const failing = (row: Row) => !canBuy(row) || (rated.has(keyOf(row)) && !chosenIn(of(row)));
  const slow = (row: Row) => {
    const quote = chosenIn(of(row));
    return quote !== undefined && isSlow(row, quote);
  };
  const rank = (row: Row) => (failing(row) ? 2 : slow(row) ? 1 : 0);
  const sorted = [...rows].sort((one, other) => rank(other) - rank(one));
  const listed = rows.length > LISTED ? sorted.filter((row) => rank(row) > 0) : sorted;
  if (listed.length === 0) return null;
  return (
    <table className="tbl card-tbl prices">
      <tbody>
        {listed.map((row) => (
          <Price key={keyOf(row)} row={row} rated={of(row)} fails={failing(row)} slow={slow(row)} />
        ))}
      </tbody>
    </table>
  );
}

interface PriceProps {
  row: Row;
  rated: Rated | undefined;
  fails: boolean;
  slow: boolean;
}

function Price({ row, rated, fails, slow }: PriceProps) {
  const names = useNames();
  const quote = chosenIn(rated);
  return (
    <tr className={fails || slow ? "left" : undefined}>
      <td className="m code" title={row.number}>
        {row.number}
      </td>
      <td>
        {fails ? (
          <span className="warn wrap">{names.said(whyNot(row, rated))}</span>
        ) : (
          quote && (
            <span className="wrap">
              {quote.rate.carrier} {inWords(quote.rate.service)}{" "}
              {quote.rate.days != null && <span className="dim">{t.buy.days(quote.rate.days)}</span>}
              {slow && <span className="warn block">{t.buy.slowRow}</span>}
            </span>
          )
        )}
      </td>
      <td className="num">{fails ? t.common.none : money(quote?.rate.price)}</td>
    </tr>
  );
}

function whyNot(row: Row, rated: Rated | undefined): string {
  if (row.fulfilment === null) return t.toShip.notHandedOver;
  if (!canBuy(row)) return row.checks.map((each) => t.check[each].long).join(". ") || t.buy.notHere;
  const named = rated?.errors.map((each) => each.message).join("; ");
  return named || rated?.message || rated?.rates?.reason || t.common.noAnswer;
}

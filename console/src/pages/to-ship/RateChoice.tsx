import { useEffect, useRef } from "react";
import { t } from "../../texts";
import { listed, money } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { inWords, isSlow, type Quote, quoteKey } from "./buying";
import type { Row } from "./rows";

interface RateChoiceProps {
  quotes: readonly Quote[];
  chosen: Quote;
  onChoose: (key: string) => void;
}

/** The rates of one label, cheapest first: arrows choose, Enter buys. */
export function RateChoice({ quotes, chosen, onChoose }: RateChoiceProps) {
  const checked = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Only if nothing in the dialog has the focus yet.
    if (document.activeElement === checked.current?.form) checked.current?.focus();
  }, []);
  const accounts = new Set(quotes.map((each) => each.account));
  return (
    <fieldset className="rates">
      <legend className="sr">{t.buy.rate}</legend>
      {quotes.map((quote) => {
        const isChosen = quote === chosen;
        return (
          <label key={`${quote.account}/${quote.rate.id}`} className={quote.rejected ? "rate dim" : "rate"}>
            <input
              ref={isChosen ? checked : undefined}
              type="radio"
              name="rate"
              checked={isChosen}
              disabled={Boolean(quote.rejected)}
              onChange={() => onChoose(quoteKey(quote))}
            />
            <span>
              {quote.rate.carrier} {inWords(quote.rate.service)}{" "}
              {accounts.size > 1 && <span className="dim small">{quote.account}</span>}{" "}
              {quote.rejected && <span className="small block">{quote.rejected}</span>}
            </span>
            <span className={quote.in_time === false && !quote.rejected ? "warn" : "dim"}>
              {listed(
                quote.rate.days != null && t.buy.days(quote.rate.days),
                quote.in_time === false && !quote.rejected && t.buy.late,
              )}
            </span>
            <span className="num">{money(quote.rate.price)}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Says that the rate is slow for what the buyer paid for. */
export function SlowNote({ row, quote }: { row: Row; quote: Quote }) {
  if (!isSlow(row, quote)) return null;
  return (
    <div className="note" role="status">
      <Icon name="bolt" />
      <span className="t">
        {t.buy.slow(row.delivery_method, inWords(quote.rate.service), quote.rate.days)}
      </span>
    </div>
  );
}

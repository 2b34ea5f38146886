import { today } from "../../search/days";
import { t } from "../../texts";
import { Button } from "../../ui/bits";

interface AsOfProps {
  /** A day that is past, at the end of which the stock is shown; without one it is that of now. */
  at: string | undefined;
  onChange: (at: string | undefined) => void;
}

/** Shows the stock as it was at the end of any day. */
export const AsOf = ({ at, onChange }: AsOfProps) => (
  <>
    <label className="field day">
      {t.stock.at}
      <input
        type="date"
        aria-label={t.stock.asOfLabel}
        max={today()}
        value={at ?? ""}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </label>
    {at && (
      <Button small onClick={() => onChange(undefined)}>
        {t.stock.today}
      </Button>
    )}
  </>
);

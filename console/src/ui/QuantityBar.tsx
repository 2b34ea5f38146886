import { t } from "../texts";

interface BarProps {
  available: number;
  committed: number;
  quarantined: number;
  incoming: number;
  /** The largest sum of the table: one scale for all of its rows. */
  scale: number;
}

/** Quantities as lengths; the numbers stand beside it, 0 draws nothing. */
export function QuantityBar({ available, committed, quarantined, incoming, scale }: BarProps) {
  const width = (n: number) => ({ width: `${(100 * Math.max(0, n)) / Math.max(1, scale)}%` });
  return (
    <span className="qty" role="img" aria-label={t.stock.bar(available, committed, quarantined, incoming)}>
      {committed > 0 && <i className="cm" style={width(committed)} />}
      {available > 0 && <i className="av" style={width(available)} />}
      {quarantined > 0 && <i className="qu" style={width(quarantined)} />}
      {incoming > 0 && <i className="inc" style={width(incoming)} />}
    </span>
  );
}

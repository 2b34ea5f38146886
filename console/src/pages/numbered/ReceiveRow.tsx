import { t } from "../../texts";
import { Goods } from "../../ui/bits";
import { count } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { type ArrivingLine, type Counted, excessOf, leftOf, type Problems, problemsOf } from "./receiving";

/** A line with what is shown of it beside. */
export interface Receivable extends ArrivingLine {
  /** What is said of those of its `late` units that came. */
  cameLate: (came: number, late: number) => string;
  expected: number;
  soFar: number;
  name?: string;
  note?: string;
}

/** What is counted of lines: rejected units may be replaced, lost ones are of transfer orders. */
export interface Counting {
  expected: string;
  bad: string;
  lost?: boolean;
  replaces?: boolean;
  over: boolean;
}

const head = t.receive.columns;

interface RowProps {
  line: Receivable;
  of: Counting;
  counted: Counted;
  /** What was refused of it; and what lacks, once that is to be said. */
  refused: Problems | undefined;
  tried: boolean;
  onCount: (change: Partial<Counted>) => void;
}

/** A line of what arrives: what is counted of it, why some is not good, and what differs. */
export function ReceiveRow({ line, of, counted, refused, tried, onCount }: RowProps) {
  const { reason, ...units } = problemsOf(counted);
  const problems: Problems = {
    ...refused,
    ...excessOf(line, counted),
    ...units,
    ...(tried && reason ? { reason } : {}),
  };
  const at = (name: keyof Problems) => ({
    "aria-invalid": problems[name] ? true : undefined,
    "aria-describedby": problems[name] ? `${line.id}-${name}` : undefined,
  });
  const below = (name: keyof Problems) =>
    problems[name] && (
      <span id={`${line.id}-${name}`} className="danger small cell-problem">
        {problems[name]}
      </span>
    );
  const input = (name: "good" | "bad" | "lost", label: string) => (
    <td data-label={label}>
      <input
        {...at(name)}
        className="input units"
        inputMode="numeric"
        aria-label={`${label}: ${line.sku}`}
        value={counted[name]}
        onChange={(event) => onCount({ [name]: event.target.value })}
      />
      {below(name)}
    </td>
  );
  const isBad = counted.bad.trim() !== "" && counted.bad.trim() !== "0";
  return (
    <tr>
      <td title={line.sku}>
        <Goods name={line.name} sku={line.sku} /> <span className="dim">{line.note}</span>
      </td>
      <td className="num" data-label={of.expected}>
        {count(line.expected)}
      </td>
      <td className="num p2">
        {line.soFar ? count(line.soFar) : <span className="dim">{t.common.none}</span>}
      </td>
      <td className="num" data-label={head.open}>
        {count(line.open)}
      </td>
      {input("good", head.now)}
      {input("bad", of.bad)}
      {of.lost && input("lost", head.lost)}
      <td className="wrap">
        <Difference line={line} counted={counted} mayKeep={of.over} onCount={onCount} />
        {isBad && (
          <span className="row why">
            <input
              {...at("reason")}
              className="input short"
              aria-label={`${t.receive.reason}: ${line.sku}`}
              placeholder={t.receive.reason}
              maxLength={255}
              value={counted.reason}
              onChange={(event) => onCount({ reason: event.target.value })}
            />
            {of.replaces && (
              <label className="check-field small">
                <input
                  type="checkbox"
                  checked={counted.replaced}
                  onChange={(event) => onCount({ replaced: event.target.checked })}
                />
                {t.receive.replaced}
              </label>
            )}
          </span>
        )}
        {below("reason")}
      </td>
    </tr>
  );
}

interface DifferenceProps {
  line: Receivable;
  counted: Counted;
  mayKeep: boolean;
  onCount: (change: Partial<Counted>) => void;
}

/** What is still expected after this, or came beyond it; nothing while nothing is counted. */
function Difference({ line, counted, mayKeep, onCount }: DifferenceProps) {
  const { reason: _, ...wrong } = problemsOf(counted);
  if (Object.keys(wrong).length > 0) return <span className="dim">{t.common.none}</span>;
  const left = leftOf(line, counted);
  if (left === line.open && !counted.bad) return <span className="dim">{t.common.none}</span>;
  if (left === 0)
    return (
      <span className="ready">
        <Icon name="check" small />
        {t.receive.allThere}
      </span>
    );
  if (left > 0)
    return (
      <span className="chip t-warn">
        <Icon name="clock" small />
        {t.receive.stillOpen(left)}
      </span>
    );
  const late = Math.min(-left, line.late);
  const beyond = -left - late;
  return (
    <>
      {late > 0 && (
        <span className="row">
          <span className="chip t-info">
            <Icon name="plus" small />
            {line.cameLate(late, line.late)}
          </span>
        </span>
      )}
      {beyond > 0 && <Beyond units={beyond} counted={counted} mayKeep={mayKeep} onCount={onCount} />}
    </>
  );
}

interface BeyondProps extends Omit<DifferenceProps, "line"> {
  units: number;
}

/** Units that nobody ordered, which a person may keep at once. */
function Beyond({ units, counted, mayKeep, onCount }: BeyondProps) {
  return (
    <span className="row">
      <span className="chip t-info">
        <Icon name="plus" small />
        {t.receive.beyond(units)}
      </span>
      {mayKeep && (
        <label className="check-field small">
          <input
            type="checkbox"
            checked={counted.over}
            onChange={(event) => onCount({ over: event.target.checked })}
          />
          {t.receive.keep(units)}
        </label>
      )}
    </span>
  );
}

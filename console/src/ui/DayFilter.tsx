import { Popover } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { daysOf, isPeriod, type Period, rangeOf } from "../search/days";
import { t } from "../texts";
import { Button } from "./bits";
import { dateOf } from "./format";
import { Icon } from "./Icon";
import { useNow } from "./now";

const text = t.days;

/** A limit of days in words: the name of a period, else its dates. */
function saidOf(value: string, now: number): string {
  if (isPeriod(value)) return text.periods[value];
  const { from, to } = daysOf(value, now);
  if (from && from === to) return dateOf(from, now);
  if (from && to) return text.between(dateOf(from, now), dateOf(to, now));
  return from ? text.since(dateOf(from, now)) : text.until(dateOf(to ?? "", now));
}

interface FilterProps {
  label: string;
  /** A period or a range of days, as the address has it. */
  value: string | undefined;
  /** The periods that are offered by name. */
  periods: readonly Period[];
  onChange: (value: string | undefined) => void;
}

/** A filter by days: one of some periods by a click, or any dates. */
export function DayFilter({ label, value, periods, onChange }: FilterProps) {
  const [opened, setOpened] = useState(false);
  const now = useNow();
  const choose = (days: string | undefined) => {
    setOpened(false);
    onChange(days);
  };
  return (
    <span className={value ? "filter on" : "filter-off"}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <button type="button" className={value ? "said" : "filter"} onClick={() => setOpened(!opened)}>
            {!value && <Icon name="plus" small />}
            {label}
            {value && <b>{saidOf(value, now)}</b>}
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label={label}>
          <DayForm value={value} periods={periods} onChoose={choose} />
        </Popover.Dropdown>
      </Popover>
      {value && (
        <button type="button" aria-label={t.common.remove(label)} onClick={() => onChange(undefined)}>
          <Icon name="x" small />
        </button>
      )}
    </span>
  );
}

interface FormProps {
  value: string | undefined;
  periods: readonly Period[];
  onChoose: (days: string | undefined) => void;
}

function DayForm({ value, periods, onChoose }: FormProps) {
  const [typed, setTyped] = useState(() => (value ? daysOf(value, Date.now()) : {}));
  const [isTried, setTried] = useState(false);
  const { from = "", to = "" } = typed;
  const problem = from && to && from > to ? text.turned : !from && !to ? text.missing : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!problem) onChoose(rangeOf(typed));
  };
  const field = (side: "from" | "to", label: string) => (
    <label className="form-field">
      {label}
      <input
        className="input"
        type="date"
        max="9999-12-31"
        value={typed[side] ?? ""}
        aria-invalid={(isTried && problem !== undefined) || undefined}
        onChange={(event) => setTyped({ ...typed, [side]: event.target.value || undefined })}
      />
    </label>
  );
  return (
    <form className="day-form" onSubmit={submit}>
      <div className="row">
        {periods.map((each) => (
          <Button key={each} small aria-pressed={value === each} onClick={() => onChoose(each)}>
            {text.periods[each]}
          </Button>
        ))}
      </div>
      <div className="row">
        {field("from", text.from)}
        {field("to", text.to)}
      </div>
      {isTried && problem && (
        <p className="danger small" role="alert">
          {problem}
        </p>
      )}
      <Button small type="submit" look="primary">
        {text.apply}
      </Button>
    </form>
  );
}

import { useId, useState } from "react";
import { t } from "../texts";
import { Button } from "./bits";
import type { Option } from "./FilterBar";
import { Below, type FieldProps, Labelled } from "./fields";
import { wholeOf } from "./format";
import { useChoices, useLabel } from "./labels";
import { mergePatch } from "./merge";

/** Several of what there is. */
export function ManyField({ form, path, label, hint, options }: FieldProps & { options: readonly Option[] }) {
  useLabel(form, path, label);
  useChoices(form, `${path}.*`, options);
  const chosen = (form.at(path) as string[] | undefined) ?? [];
  const id = useId();
  const problem = form.problem(path);
  const offered = options.map((each) => each.value);
  const toggled = (value: string) => [
    ...chosen.filter((each) => !offered.includes(each)),
    ...offered.filter((each) => (each === value ? !chosen.includes(value) : chosen.includes(each))),
  ];
  return (
    <fieldset
      className="choices across"
      disabled={form.readOnly}
      aria-describedby={(problem ?? hint) ? id : undefined}
    >
      <legend>{label}</legend>
      <div>
        {options.map((each) => (
          <label key={each.value}>
            <input
              type="checkbox"
              checked={chosen.includes(each.value)}
              onChange={() => form.set(path, toggled(each.value))}
            />
            {each.label}
          </label>
        ))}
      </div>
      <Below id={id} problem={problem} hint={hint} />
    </fieldset>
  );
}

/** Texts of a list, with commas between them. */
export function ListField({ placeholder, ...field }: FieldProps & { placeholder?: string }) {
  const { form, path } = field;
  const stored = ((form.at(path) as string[] | undefined) ?? []).join(", ");
  const [typed, setTyped] = useState<string | null>(null);
  const read = (text: string) =>
    text
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
  return (
    <Labelled {...field}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          placeholder={placeholder}
          value={typed ?? stored}
          onBlur={() => setTyped(null)}
          onChange={(event) => {
            setTyped(event.target.value);
            form.set(path, read(event.target.value));
          }}
        />
      )}
    </Labelled>
  );
}

type PairsProps = FieldProps & {
  from: string;
  to: string;
  /** What the left sides can be; any text without it. */
  options?: readonly Option[];
  /** What the right sides can be; any text without it. */
  results?: readonly Option[];
  /** The right sides are whole numbers. */
  numbers?: boolean;
  /** Left sides that have another place on the page. */
  without?: readonly string[];
};

/** A table of two columns: what is on the left means what is on the right. */
export function PairsField(props: PairsProps) {
  const { form, path, label, hint, from, to, options, results, numbers, without = [] } = props;
  useLabel(form, path, label);
  const given = Object.entries((form.at(path) as Record<string, unknown> | undefined) ?? {});
  const whole = given.filter(([, value]) => value !== null);
  const kept = Object.fromEntries(whole.filter(([name]) => without.includes(name)));
  const stored = Object.fromEntries(whole.filter(([name]) => !without.includes(name)));
  const [rows, setRows] = useState<[string, string][] | null>(null);
  const read = (from: readonly [string, string][]) =>
    Object.fromEntries(
      from
        .filter(([name]) => name.trim())
        .map(([name, value]) => [name.trim(), numbers ? (wholeOf(value) ?? value) : value]),
    );
  const isCurrent = rows && Object.keys(mergePatch(read(rows), stored)).length === 0;
  const shown = isCurrent
    ? rows
    : Object.entries(stored).map(([name, value]): [string, string] => [name, String(value)]);
  const id = useId();
  const problem = form.problem(path);
  const write = (next: [string, string][]) => {
    setRows(next);
    form.set(path, { ...kept, ...read(next) });
  };
  const change = (place: number, side: 0 | 1, text: string) =>
    write(
      shown.map((row, at): [string, string] =>
        at !== place ? row : side === 0 ? [text, row[1]] : [row[0], text],
      ),
    );
  return (
    <fieldset
      className="choices pairs"
      disabled={form.readOnly}
      aria-describedby={(problem ?? hint) ? id : undefined}
    >
      <legend>{label}</legend>
      {shown.map(([name, value], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is told by its place while its name is typed
        <div key={place} className="row">
          <Side
            label={from}
            place={place}
            value={name}
            options={options}
            onChange={(text) => change(place, 0, text)}
          />
          <span className="dim">→</span>
          <Side
            label={to}
            place={place}
            value={value}
            options={results}
            onChange={(text) => change(place, 1, text)}
          />
          <Button
            small
            look="quiet"
            icon="x"
            aria-label={t.setup.removeRow(place + 1)}
            onClick={() => write(shown.filter((_, at) => at !== place))}
          />
        </div>
      ))}
      <span>
        <Button small icon="plus" onClick={() => setRows([...shown, ["", ""]])}>
          {t.setup.addRow}
        </Button>
      </span>
      <Below id={id} problem={problem} hint={hint} />
    </fieldset>
  );
}

interface SideProps {
  label: string;
  place: number;
  value: string;
  options: readonly Option[] | undefined;
  onChange: (text: string) => void;
}

/** One side of a row: any text, or one of what there is. */
function Side({ label, place, value, options, onChange }: SideProps) {
  const common = { className: "input", "aria-label": `${label} ${place + 1}`, value };
  const isKnown = !value || options?.some((each) => each.value === value);
  if (!options)
    return <input {...common} placeholder={label} onChange={(event) => onChange(event.target.value)} />;
  return (
    <select {...common} onChange={(event) => onChange(event.target.value)}>
      <option value="" />
      {!isKnown && <option value={value}>{value}</option>}
      {options.map((each) => (
        <option key={each.value} value={each.value}>
          {each.label}
        </option>
      ))}
    </select>
  );
}

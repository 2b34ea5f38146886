import { type ReactNode, useId, useState } from "react";
import { t } from "../texts";
import { Button } from "./bits";
import type { Option } from "./FilterBar";
import { mergePatch } from "./merge";
import type { Form } from "./useForm";

interface FieldProps {
  form: Form;
  /** Where in the document it is, `handling.cut_off`. */
  path: string;
  label: string;
  hint?: string;
}

interface Ids {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  disabled: boolean;
}

/** A field of a form: its label above, below what the API said about it, or else a hint. */
function Labelled({ form, path, label, hint, children }: FieldProps & { children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const problem = form.problem(path);
  const below = problem ?? hint;
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-describedby": below ? `${id}-below` : undefined,
        "aria-invalid": problem ? true : undefined,
        disabled: form.readOnly,
      })}
      {below && (
        <span
          id={`${id}-below`}
          className={`small ${problem ? "danger" : "dim"}`}
          role={problem ? "alert" : undefined}
        >
          {below}
        </span>
      )}
    </div>
  );
}

type TextProps = FieldProps & {
  placeholder?: string;
  /** An empty text means none, not an empty one. */
  optional?: boolean;
  type?: "text" | "time";
};

export function TextField({ placeholder, optional, type = "text", ...field }: TextProps) {
  const { form, path } = field;
  return (
    <Labelled {...field}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          type={type}
          autoComplete="off"
          placeholder={placeholder}
          value={String(form.at(path) ?? "")}
          onChange={(event) => form.set(path, event.target.value || (optional ? null : ""))}
        />
      )}
    </Labelled>
  );
}

/** What is stored and never shown; nothing typed keeps it. */
export function SecretField({ long, ...field }: FieldProps & { long?: boolean }) {
  const { form, path } = field;
  const typed = String(form.at(path) ?? "");
  const type = (text: string) => form.set(path, text || undefined);
  return (
    <Labelled {...field}>
      {(ids) =>
        long ? (
          <textarea
            {...ids}
            className="input"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => type(event.target.value)}
          />
        ) : (
          <input
            {...ids}
            className="input"
            type="password"
            autoComplete="new-password"
            value={typed}
            onChange={(event) => type(event.target.value)}
          />
        )
      }
    </Labelled>
  );
}

type NumberProps = FieldProps & { optional?: boolean; unit?: string };

/** A whole number; text that is none is kept, for the API to say so. */
export function NumberField({ optional, unit, ...field }: NumberProps) {
  const { form, path } = field;
  const read = (text: string) => {
    if (text.trim() === "") return optional ? null : 0;
    return Number.isFinite(Number(text)) ? Number(text) : text;
  };
  return (
    <Labelled {...field} label={unit ? `${field.label} (${unit})` : field.label}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          inputMode="numeric"
          value={String(form.at(path) ?? "")}
          onChange={(event) => form.set(path, read(event.target.value))}
        />
      )}
    </Labelled>
  );
}

type ChoiceProps = FieldProps & {
  options: readonly Option[];
  /** What choosing nothing means. */
  none?: string;
};

export function ChoiceField({ options, none, ...field }: ChoiceProps) {
  const { form, path } = field;
  return (
    <Labelled {...field}>
      {(ids) => (
        <select
          {...ids}
          className="input"
          value={String(form.at(path) ?? "")}
          onChange={(event) => form.set(path, event.target.value || null)}
        >
          {none !== undefined && <option value="">{none}</option>}
          {options.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** On or off, with what on means. */
export function SwitchField({ form, path, label, hint }: FieldProps) {
  const id = useId();
  const below = form.problem(path) ?? hint;
  return (
    <div className="switch-field">
      <label htmlFor={id} className="grow">
        {label}
        {below && <span className={`small ${form.problem(path) ? "danger" : "dim"}`}>{below}</span>}
      </label>
      <input
        id={id}
        type="checkbox"
        className="toggle"
        disabled={form.readOnly}
        checked={form.at(path) === true}
        onChange={(event) => form.set(path, event.target.checked)}
      />
    </div>
  );
}

/** Several of what there is. */
export function ManyField({ form, path, label, hint, options }: FieldProps & { options: readonly Option[] }) {
  const chosen = (form.at(path) as string[] | undefined) ?? [];
  const below = form.problem(path) ?? hint;
  const toggled = (value: string) =>
    options
      .map((each) => each.value)
      .filter((each) => (each === value ? !chosen.includes(value) : chosen.includes(each)));
  return (
    <fieldset className="choices across" disabled={form.readOnly}>
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
      {below && <span className={`small ${form.problem(path) ? "danger" : "dim"}`}>{below}</span>}
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
};

/** A table of two columns: what is on the left means what is on the right. */
export function PairsField({ form, path, label, hint, from, to, options, results, numbers }: PairsProps) {
  const stored = (form.at(path) as Record<string, unknown> | undefined) ?? {};
  const [rows, setRows] = useState<[string, string][] | null>(null);
  const read = (from: readonly [string, string][]) =>
    Object.fromEntries(
      from
        .filter(([name]) => name.trim())
        .map(([name, value]) => [name.trim(), numbers ? Number(value) || value : value]),
    );
  const isCurrent = rows && Object.keys(mergePatch(read(rows), stored)).length === 0;
  const shown = isCurrent
    ? rows
    : Object.entries(stored).map(([name, value]): [string, string] => [name, String(value)]);
  const problem = form.problem(path);
  const write = (next: [string, string][]) => {
    setRows(next);
    form.set(path, read(next));
  };
  const change = (place: number, side: 0 | 1, text: string) =>
    write(
      shown.map((row, at): [string, string] =>
        at !== place ? row : side === 0 ? [text, row[1]] : [row[0], text],
      ),
    );
  return (
    <fieldset className="choices pairs" disabled={form.readOnly}>
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
      {(problem ?? hint) && <span className={`small ${problem ? "danger" : "dim"}`}>{problem ?? hint}</span>}
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
  if (!options)
    return <input {...common} placeholder={label} onChange={(event) => onChange(event.target.value)} />;
  return (
    <select {...common} onChange={(event) => onChange(event.target.value)}>
      <option value="" />
      {options.map((each) => (
        <option key={each.value} value={each.value}>
          {each.label}
        </option>
      ))}
    </select>
  );
}

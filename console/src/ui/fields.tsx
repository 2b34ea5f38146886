import { type ChangeEvent, type ReactNode, useId, useState } from "react";
import type { Option } from "./FilterBar";
import { amountOf, numberOf } from "./format";
import { useChoices, useLabel } from "./labels";
import type { Form } from "./useForm";

export interface FieldProps {
  form: Form;
  /** Where in the document it is, `handling.cut_off`. */
  path: string;
  label: string;
  hint?: string;
  /** What it is called where it is not seen; without it as its label. */
  called?: string;
}

interface Ids {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  disabled: boolean;
}

/** A field of a form: its label above, below what the API said about it, or else a hint. */
export function Labelled({
  form,
  path,
  label,
  hint,
  called,
  children,
}: FieldProps & { children: (ids: Ids) => ReactNode }) {
  const id = useId();
  useLabel(form, path, called ?? label);
  const problem = form.problem(path);
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-describedby": (problem ?? hint) ? `${id}-below` : undefined,
        "aria-invalid": problem ? true : undefined,
        disabled: form.readOnly,
      })}
      <Below id={`${id}-below`} problem={problem} hint={hint} />
    </div>
  );
}

/** What the API said about a field, which is read out, or else a hint. */
export function Below({ id, problem, hint }: { id?: string; problem: string | undefined; hint?: string }) {
  const said = problem ?? hint;
  if (!said) return null;
  return (
    <span id={id} className={`small ${problem ? "danger" : "dim"}`} role={problem ? "alert" : undefined}>
      {said}
    </span>
  );
}

type TextProps = FieldProps & {
  placeholder?: string;
  /** An empty text means none, not an empty one. */
  optional?: boolean;
  type?: "text" | "time";
};

/** A text of several lines, which an input would glue together. */
export function LongField(field: FieldProps) {
  const { form, path } = field;
  return (
    <Labelled {...field}>
      {(ids) => (
        <textarea
          {...ids}
          className="input"
          value={String(form.at(path) ?? "")}
          onChange={(event) => form.set(path, event.target.value)}
        />
      )}
    </Labelled>
  );
}

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

/** A moment by the day on which it begins, in UTC; what is not changed keeps its time of day. */
export function DayField(field: FieldProps) {
  const { form, path } = field;
  return (
    <Labelled {...field}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          type="date"
          max="9999-12-31"
          value={String(form.at(path) ?? "").slice(0, 10)}
          onChange={({ target }) => form.set(path, target.value ? `${target.value}T00:00:00Z` : null)}
        />
      )}
    </Labelled>
  );
}

/** What is stored and never shown; nothing typed keeps it. `inList`: it is the only one of a list. */
export function SecretField({ long, inList, ...field }: FieldProps & { long?: boolean; inList?: boolean }) {
  const { form, path } = field;
  const typed = String([form.at(path)].flat()[0] ?? "");
  const type = (text: string) => form.set(path, text ? (inList ? [text] : text) : undefined);
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

/** An input that shows what is typed as long as it is typed in: `1,2` is 1.2, and may become `1,250`, which is refused. */
function useTyped(
  { form, path }: Pick<FieldProps, "form" | "path">,
  read: (text: string) => unknown,
  write = (text: string) => form.set(path, read(text)),
) {
  const [typed, setTyped] = useState<string | null>(null);
  const value = form.at(path);
  return {
    value: typed !== null && read(typed) === value ? typed : String(value ?? ""),
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => {
      setTyped(target.value);
      write(target.value);
    },
    onBlur: () => setTyped(null),
  };
}

type NumberProps = FieldProps & { optional?: boolean; unit?: string };

/** A number; text that is none is kept, for the API to say so. */
export function NumberField({ optional, unit, ...field }: NumberProps) {
  const read = (text: string) => {
    if (text.trim() === "") return optional ? null : 0;
    return numberOf(text) ?? text;
  };
  const typed = useTyped(field, read);
  return (
    <Labelled {...field} label={unit ? `${field.label} (${unit})` : field.label}>
      {(ids) => <input {...ids} className="input" inputMode="numeric" {...typed} />}
    </Labelled>
  );
}

type MoneyProps = FieldProps & {
  currencyLabel: string;
  /** An empty amount means none; this is the currency of one that is typed. */
  optionalIn?: string;
};

/** An amount with its currency; what is wrong with either stands below both. */
export function MoneyField({ currencyLabel, optionalIn, ...field }: MoneyProps) {
  const { form, path } = field;
  const write = (text: string) => {
    const isNone = optionalIn !== undefined && text.trim() === "";
    const before = (form.at(path) as object | null) ?? { currency: optionalIn };
    form.set(path, isNone ? null : { ...before, amount: amountOf(text) });
  };
  const typed = useTyped({ form, path: `${path}.amount` }, amountOf, write);
  return (
    <Labelled {...field}>
      {(ids) => (
        <span className="money-field">
          <input {...ids} className="input num" inputMode="decimal" autoComplete="off" {...typed} />
          <input
            className="input code"
            aria-label={currencyLabel}
            aria-describedby={ids["aria-describedby"]}
            aria-invalid={ids["aria-invalid"]}
            disabled={ids.disabled}
            autoComplete="off"
            maxLength={3}
            value={String(form.at(`${path}.currency`) ?? optionalIn ?? "")}
            onChange={(event) => form.set(`${path}.currency`, event.target.value.toUpperCase())}
          />
        </span>
      )}
    </Labelled>
  );
}

type ChoiceProps = FieldProps & {
  options: readonly Option[];
  /** What choosing nothing means. */
  none?: string;
};

/** One of what there is; a stored value that is not among them stays until another is chosen. */
export function ChoiceField({ options, none, ...field }: ChoiceProps) {
  const { form, path } = field;
  const value = String(form.at(path) ?? "");
  useChoices(form, path, options);
  const isKnown = options.some((each) => each.value === value) || (none !== undefined && value === "");
  return (
    <Labelled {...field}>
      {(ids) => (
        <select
          {...ids}
          className="input"
          value={value}
          onChange={(event) => form.set(path, event.target.value || null)}
        >
          {none !== undefined && <option value="">{none}</option>}
          {!isKnown && <option value={value}>{value}</option>}
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
  useLabel(form, path, label);
  const problem = form.problem(path);
  return (
    <div className="switch-field">
      <label htmlFor={id} className="grow">
        {label}
        <Below problem={problem} hint={hint} />
      </label>
      <input
        id={id}
        type="checkbox"
        aria-invalid={problem ? true : undefined}
        className="toggle"
        disabled={form.readOnly}
        checked={form.at(path) === true}
        onChange={(event) => form.set(path, event.target.checked)}
      />
    </div>
  );
}

import type { InputHTMLAttributes, ReactNode } from "react";
import { Field } from "./Confirm";
import type { Option } from "./FilterBar";

interface LabelledProps<Value extends string> {
  label: string;
  hint?: string;
  problem?: string;
  /** Whether it has the focus when its dialog opens. */
  first?: boolean;
  value: Value;
  onChange: (value: Value) => void;
}

type InputProps = LabelledProps<string> &
  Pick<
    InputHTMLAttributes<HTMLInputElement>,
    "type" | "inputMode" | "max" | "maxLength" | "placeholder" | "autoComplete"
  > & {
    /** Whether it holds an id, in the font of codes. */
    code?: boolean;
  };

/** A text of a dialog or a draft, with its label above and what is wrong with it below. */
export function Input({ label, hint, problem, first, code, onChange, ...input }: InputProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <input
          {...ids}
          {...input}
          className={code ? "input code" : "input"}
          data-autofocus={first || undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A text of several lines, which an input would glue together. */
export function LongInput(props: LabelledProps<string> & { maxLength?: number }) {
  const { label, hint, problem, first, onChange, ...input } = props;
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <textarea
          {...ids}
          {...input}
          className="input"
          data-autofocus={first || undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** What it says, beside the box. */
  children: ReactNode;
}

/** Yes or no, as a box to tick with its text beside it. */
export function Check({ checked, onChange, children }: CheckProps) {
  return (
    <label className="check-field">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {children}
    </label>
  );
}

type SelectProps<Value extends string> = LabelledProps<Value> & { options: readonly Option<Value>[] };

/** One of what there is; a value that is not among them stays until another is chosen. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, problem, first, value, options, onChange } = props;
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <select
          {...ids}
          className="input"
          data-autofocus={first || undefined}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {!options.some((each) => each.value === value) && <option value={value}>{value}</option>}
          {options.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

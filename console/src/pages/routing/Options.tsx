import { t } from "../../texts";
import type { Draft } from "./draft";
import { Card, Changed, type RulesProps } from "./RuleCard";

const text = t.routing;

const FLAGS = [
  "fewest_shipments",
  "split_lines",
  "exclusions_first",
  "ship_partial_lines",
  "ship_complete",
] as const;

export function Options({ saved, shown, draft, onChange }: RulesProps) {
  const strict = shown.account.geo === "strict";
  const set = (account: Draft["account"]) =>
    onChange({ ...draft, account: { ...draft.account, ...account } });
  return (
    <Card title={text.optionsTitle}>
      <ul>
        <Option
          name="strict"
          on={strict}
          changed={shown.account.geo !== saved.account.geo}
          onChange={(on) => set({ geo: on ? "strict" : "prefer" })}
        />
        {FLAGS.map((flag) => (
          <Option
            key={flag}
            name={flag}
            on={shown.account[flag] ?? false}
            changed={flag in draft.account}
            onChange={(on) => set({ [flag]: on })}
          />
        ))}
      </ul>
    </Card>
  );
}

interface OptionProps {
  name: string;
  on: boolean;
  changed: boolean;
  onChange: (on: boolean) => void;
}

function Option({ name, on, changed, onChange }: OptionProps) {
  const [label, what] = text.options[name] ?? [name, ""];
  return (
    <li>
      <label className="rule-row option">
        <span className="grow">
          <span className="row">
            {label} {changed && <Changed>{text.changed}</Changed>}
          </span>
          <span className="small dim">{what}</span>
        </span>
        <input
          type="checkbox"
          className="toggle"
          checked={on}
          onChange={(event) => onChange(event.target.checked)}
        />
      </label>
    </li>
  );
}

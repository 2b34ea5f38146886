import { Menu } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { t } from "../texts";
import { Icon } from "./Icon";
import { useKeys } from "./shortcuts";

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
}

interface FilterProps {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange: (value: string | undefined) => void;
}

/** One filter: dashed while it is off, with its value and a cross while it is on; either keeps the focus of the other. */
export function Filter({ label, value, options, onChange }: FilterProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isChosen = useRef(false);
  const choose = (chosen: string | undefined) => {
    isChosen.current = true;
    onChange(chosen);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the button is another one once the value is
  useEffect(() => {
    if (isChosen.current) button.current?.focus();
    isChosen.current = false;
  }, [value]);
  if (value !== undefined)
    return (
      <span className="filter on">
        {label} <b>{options.find((each) => each.value === value)?.label ?? value}</b>
        <button
          ref={button}
          type="button"
          aria-label={t.common.remove(label)}
          onClick={() => choose(undefined)}
        >
          <Icon name="x" small />
        </button>
      </span>
    );
  if (options.length === 0) return null;
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <button ref={button} type="button" className="filter">
          <Icon name="plus" small />
          {label}
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {options.map((each) => (
          <Menu.Item key={each.value} onClick={() => choose(each.value)}>
            {each.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Values that the rows on the screen have, as those of a filter: what is not there needs none. */
export function valuesIn<Row>(rows: readonly Row[], read: (row: Row) => readonly string[]): Option[] {
  const found = new Set(rows.flatMap(read).filter(Boolean));
  return [...found].sort().map((value) => ({ value, label: value }));
}

/** A filter that is on or off. */
export function Toggle({
  label,
  on,
  onChange,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      className={on ? "filter on" : "filter"}
      aria-pressed={on}
      onClick={() => onChange(!on)}
    >
      {on ? <Icon name="check" small /> : <Icon name="plus" small />}
      {label}
    </button>
  );
}

/** Words that are searched for in a list, written into the address once somebody stops typing. */
export function ListSearchField({
  value,
  label = t.common.search,
  onChange,
}: {
  value: string | undefined;
  label?: string;
  onChange: (q: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? "");
  /** What of the text is in the address: a space after it, before the next word, is not. */
  const written = useRef(value);
  useEffect(() => {
    if (value === written.current) return;
    written.current = value;
    setText(value ?? "");
  }, [value]);
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === value) return;
    const timer = setTimeout(() => {
      written.current = wanted;
      onChange(wanted);
    }, 250);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  useKeys({ f: () => document.getElementById("list-search")?.focus() });
  return (
    <span className="field list-search">
      <Icon name="search" small />
      <input
        id="list-search"
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault(); // browsers empty such a field by it
          event.currentTarget.blur();
        }}
      />
    </span>
  );
}

export function FilterBar({ children, right }: { children: ReactNode; right?: ReactNode }) {
  return (
    <div className="tools">
      {children}
      {right && <span className="right row">{right}</span>}
    </div>
  );
}

import type { ReactNode } from "react";
import { count } from "./format";

export interface Tab<Id extends string> {
  id: Id;
  label: string;
  count?: number;
  alarm?: string;
}

interface TabsProps<Id extends string> {
  label: string;
  tabs: readonly Tab<Id>[];
  current: Id;
  onChoose: (id: Id) => void;
  /** What can be done, at the end of the row. */
  children?: ReactNode;
}

/** Saved views of a list, with how much is in each. */
export function Tabs<Id extends string>({ label, tabs, current, onChoose, children }: TabsProps<Id>) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((each) => (
        <button
          key={each.id}
          type="button"
          aria-current={each.id === current ? "true" : undefined}
          onClick={() => onChoose(each.id)}
        >
          {each.label}
          <span className="c">{each.count === undefined ? "" : count(each.count)}</span>
          {each.alarm && <span className="late">{each.alarm}</span>}
        </button>
      ))}
      {children && <span className="right row">{children}</span>}
    </nav>
  );
}

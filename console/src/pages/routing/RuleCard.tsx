import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useNames } from "../../api/queries";
import { Button } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { type Draft, type Saved, type Topic, topicOf } from "./draft";

export interface RulesProps {
  saved: Saved;
  /** The settings with the draft laid over them. */
  shown: Saved;
  draft: Draft;
  warnings: readonly string[];
  onChange: (draft: Draft) => void;
}

/** What contradicts itself, beside what it is about. */
export function Warnings({ of, about }: { of: readonly string[]; about: Topic }) {
  const names = useNames();
  const found = of.filter((each) => topicOf(each) === about);
  if (found.length === 0) return null;
  return (
    <div className="note rule-note" role="status">
      {found.map((each) => (
        <p key={each} className="row">
          <Icon name="alert-triangle" small />
          <span className="t">{names.said(each)}</span>
        </p>
      ))}
    </div>
  );
}

export const OtherWarnings = ({ of }: { of: readonly string[] }) => <Warnings of={of} about="other" />;

export function Card({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {hint && <span className="dim small">{hint}</span>}
      </header>
      {children}
    </section>
  );
}

export const Changed = ({ children }: { children: ReactNode }) => (
  <span className="chip t-info">
    <Icon name="pencil" small />
    {children}
  </span>
);

interface PlaceMenuProps {
  label?: string;
  /** What it does, where it is an icon only. */
  name?: string;
  places: readonly string[];
  onChoose: (id: string) => void;
}

export function PlaceMenu({ label, name, places, onChoose }: PlaceMenuProps) {
  const names = useNames();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        {name ? (
          <Button small look="quiet" icon="ban" aria-label={name} title={name} />
        ) : (
          <button type="button" className="filter">
            <Icon name="plus" small />
            {label}
          </button>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {places.map((id) => (
          <Menu.Item key={id} onClick={() => onChoose(id)}>
            {names.warehouse(id)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Button, Kbd } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { moved, Reorder } from "../../ui/Reorder";
import { type Draft, movedBetween, type Saved, type Topic, topicOf, withExclusion } from "./draft";

const text = t.routing;

export interface RulesProps {
  saved: Saved;
  /** The settings with the draft laid over them. */
  shown: Saved;
  draft: Draft;
  warnings: readonly string[];
  onChange: (draft: Draft) => void;
}

const ids = (saved: Saved): readonly string[] => saved.account.priorities ?? [];

/** What contradicts itself, beside what it is about. */
function Warnings({ of, about }: { of: readonly string[]; about: Topic }) {
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

function Card({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
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

const Changed = ({ children }: { children: ReactNode }) => (
  <span className="chip t-info">
    <Icon name="pencil" small />
    {children}
  </span>
);

export function Priorities({ saved, shown, draft, warnings, onChange }: RulesProps) {
  const names = useNames();
  const order = ids(shown);
  const before = ids(saved);
  const set = (priorities: string[]) => onChange({ ...draft, account: { ...draft.account, priorities } });
  const shifted = movedBetween(before, order);
  const off = (id: string) => shown.warehouses.find((each) => each.id === id)?.active === false;
  const unasked = shown.warehouses.filter((each) => !order.includes(each.id) && each.active !== false);
  const wasAt = (id: string) => {
    const was = before.indexOf(id);
    if (!shifted.has(id)) return null;
    return <Changed>{was < 0 ? text.wasOut : text.was(was + 1)}</Changed>;
  };
  return (
    <Card title={text.priorities.title} hint={text.priorities.hint}>
      {order.length === 0 && <p className="mid pad14">{text.priorities.none}</p>}
      <Reorder
        label={text.priorities.rows}
        items={order}
        keyOf={(id) => id}
        handle={(id, place) => text.priorities.row(names.warehouse(id), place + 1, order.length)}
        said={(id, place) => text.priorities.moved(names.warehouse(id), place + 1, order.length)}
        className={(id) => (shifted.has(id) ? "changed" : "")}
        onMove={(from, to) => set(moved(order, from, to))}
      >
        {(id, place) => (
          <>
            <span className="num dim">{place + 1}</span>
            <span className="m cut grow" title={names.warehouse(id)}>
              {names.warehouse(id)}
            </span>
            {off(id) && <span className="chip">{text.priorities.inactive}</span>}
            {wasAt(id)}
            <Button
              small
              look="quiet"
              icon="x"
              aria-label={text.priorities.out(names.warehouse(id))}
              title={text.priorities.out(names.warehouse(id))}
              onClick={() => set(order.filter((each) => each !== id))}
            />
          </>
        )}
      </Reorder>
      <label className="rule-row catchall">
        <Icon name="lock" />
        <span className="grow">{text.priorities.catchallIs}</span>
        <select
          className="input small-input"
          value={shown.account.catchall}
          onChange={(event) =>
            onChange({ ...draft, account: { ...draft.account, catchall: event.target.value } })
          }
        >
          {shown.warehouses.map((each) => (
            <option key={each.id} value={each.id}>
              {names.warehouse(each.id)}
            </option>
          ))}
        </select>
      </label>
      <footer className="rule-foot">
        <span className="small dim">
          {text.priorities.how} <Kbd>Alt</Kbd> <Kbd>↑</Kbd> <Kbd>↓</Kbd>
        </span>
        {unasked.length > 0 && (
          <PlaceMenu
            label={text.priorities.add}
            places={unasked.map((each) => each.id)}
            onChoose={(id) => set([...order, id])}
          />
        )}
      </footer>
      <Warnings of={warnings} about="priorities" />
    </Card>
  );
}

interface PlaceMenuProps {
  label?: string;
  /** What it does, where it is an icon only. */
  name?: string;
  places: readonly string[];
  onChoose: (id: string) => void;
}

function PlaceMenu({ label, name, places, onChoose }: PlaceMenuProps) {
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

export function ChannelRules(props: RulesProps) {
  const { shown, warnings } = props;
  return (
    <Card title={text.channels.title}>
      <ul>
        {shown.channels.map((each) => (
          <ChannelRule key={each.id} channel={each} {...props} />
        ))}
      </ul>
      <Warnings of={warnings} about="channels" />
    </Card>
  );
}

function ChannelRule({
  channel,
  shown,
  draft,
  onChange,
}: RulesProps & { channel: Saved["channels"][number] }) {
  const names = useNames();
  const name = names.channel(channel.id);
  const excluding = shown.warehouses.filter((each) => each.excludes?.includes(channel.id));
  const others = shown.warehouses.filter((each) => !each.excludes?.includes(channel.id));
  const isChanged =
    channel.id in draft.overrides ||
    Object.entries(draft.excludes).some(([id, channels]) => {
      const now = channels.includes(channel.id);
      return now !== (shown.warehouses.find((each) => each.id === id)?.excludes ?? []).includes(channel.id);
    });
  const toggle = (warehouse: string) => onChange(withExclusion(shown, draft, warehouse, channel.id));
  return (
    <li className={isChanged ? "channel-rule changed" : "channel-rule"}>
      <span className="row">
        <span className="m cut grow" title={name}>
          {name}
          {isChanged && <span className="sr">{text.changed}</span>}
        </span>
        <select
          className="input small-input"
          aria-label={text.channels.from(name)}
          value={channel.override_warehouse ?? ""}
          onChange={(event) =>
            onChange({
              ...draft,
              overrides: { ...draft.overrides, [channel.id]: event.target.value || null },
            })
          }
        >
          <option value="">{text.channels.byRules}</option>
          {shown.warehouses.map((each) => (
            <option key={each.id} value={each.id}>
              {text.channels.always(names.warehouse(each.id))}
            </option>
          ))}
        </select>
        {others.length > 0 && (
          <PlaceMenu
            name={text.channels.exclude(name)}
            places={others.map((each) => each.id)}
            onChoose={toggle}
          />
        )}
      </span>
      {excluding.length > 0 && (
        <span className="row never">
          <span className="small dim">{text.channels.never}</span>
          {excluding.map((each) => (
            <span key={each.id} className="filter on">
              {names.warehouse(each.id)}
              <button
                type="button"
                aria-label={text.channels.include(names.warehouse(each.id), name)}
                onClick={() => toggle(each.id)}
              >
                <Icon name="x" small />
              </button>
            </span>
          ))}
        </span>
      )}
    </li>
  );
}

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

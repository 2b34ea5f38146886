import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Button, Kbd } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { moved, Reorder } from "../../ui/Reorder";
import { movedBetween, type Saved } from "./draft";
import { Card, Changed, PlaceMenu, type RulesProps, Warnings } from "./RuleCard";

const text = t.routing;

const ids = (saved: Saved): readonly string[] => saved.account.priorities ?? [];

export function Priorities({ saved, shown, draft, warnings, onChange }: RulesProps) {
  const names = useNames();
  const order = ids(shown);
  const before = ids(saved);
  const set = (priorities: string[]) => onChange({ ...draft, account: { ...draft.account, priorities } });
  const shifted = movedBetween(before, order);
  const isOtherLast = shown.account.catchall !== saved.account.catchall;
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
      <label className={isOtherLast ? "rule-row catchall changed" : "rule-row catchall"}>
        <Icon name="lock" />
        <span className="grow">
          {text.priorities.catchallIs}
          {isOtherLast && <span className="sr">{text.changed}</span>}
        </span>
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

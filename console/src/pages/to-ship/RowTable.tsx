import { Link } from "@tanstack/react-router";
import { type MouseEvent, memo, useMemo } from "react";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Checks, Countdown } from "../../ui/bits";
import { absolute, age, count } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { heightOfRow, isNarrow, ListTable } from "../../ui/ListTable";
import type { Paged } from "../../ui/list";
import { useNow } from "../../ui/now";
import { checksOf, type Entry, entriesOf, type Group, isEvery, type Row, type Shown } from "./rows";
import type { useSelection } from "./useRows";

interface TableProps {
  rows: readonly Shown[];
  selection: ReturnType<typeof useSelection>;
  selectable: boolean;
  onOpen: (place: number) => void;
  list: Paged;
}

const HEADING = 28;
const head = t.toShip.columns;
const heightOf = (entry: Entry) => (entry.kind === "group" ? HEADING : heightOfRow());
/** How many columns are shown: a cell over more of them would make one that is empty. */
const columns = (hasService: boolean) => (isNarrow() ? 6 : hasService ? 9 : 8);

/** Rows under their headings. */
export function RowTable({ rows, selection, selectable, onOpen, list }: TableProps) {
  const now = useNow();
  const entries = useMemo(() => entriesOf(rows, now), [rows, now]);
  const { selected, current, toggle } = selection;
  const at = useMemo(
    () => entries.findIndex((each) => each.kind === "row" && each.place === current),
    [entries, current],
  );
  const every = isEvery(rows, selected);
  const hasService = useMemo(() => rows.some((each) => each.row.delivery_method), [rows]);
  const lastGroup = entries.findLastIndex((each) => each.kind === "group");
  return (
    <ListTable
      label={t.toShip.title}
      className={hasService ? "rows" : "rows no-service"}
      head={
        <>
          <th className="c1">
            {selectable && (
              <input
                type="checkbox"
                className="box"
                aria-label={t.common.selectAll}
                checked={every}
                onChange={every ? selection.clear : selection.all}
              />
            )}
          </th>
          <th className="c2">{head.shipBy}</th>
          <th className="c3">{head.order}</th>
          <th className="c4">{head.shipTo}</th>
          <th>{head.items}</th>
          <th className="c6 p2">{head.from}</th>
          <th className="c7 p3">{head.service}</th>
          <th className="c9">{head.checks}</th>
          <th className="c10 num p2">{head.age}</th>
        </>
      }
      rows={entries}
      counted={rows.length}
      current={at}
      currentKey={rows[current]?.key}
      list={list}
      heightOf={heightOf}
      draw={(entry, index, isCurrent) =>
        entry.kind === "group" ? (
          <Heading
            key={`g${index}`}
            group={entry.group}
            count={entry.count}
            more={list.hasNextPage && index === lastGroup}
            over={columns(hasService)}
          />
        ) : (
          <Line
            key={entry.shown.key}
            shown={entry.shown}
            place={entry.place}
            now={now}
            selectable={selectable}
            selected={selected.has(entry.shown.key)}
            current={isCurrent}
            onToggle={toggle}
            onOpen={onOpen}
          />
        )
      }
    />
  );
}

interface HeadingProps {
  group: Group;
  count: number;
  /** Whether there are more of it than those that are loaded. */
  more: boolean;
  over: number;
}

function Heading({ group, count: n, more, over }: HeadingProps) {
  return (
    <tr className="grp">
      <td colSpan={over}>
        <span className={group === "late" ? "danger" : undefined}>{t.toShip.groups[group]}</span>{" "}
        <span className="dim">
          {count(n)}
          {more && "+"}
          {group === "late" && ` · ${t.toShip.lateHint}`}
        </span>
      </td>
    </tr>
  );
}

interface LineProps {
  shown: Shown;
  place: number;
  now: number;
  selectable: boolean;
  selected: boolean;
  current: boolean;
  onToggle: (place: number, extend?: boolean) => void;
  onOpen: (place: number) => void;
}

const Line = memo(function Line({
  shown,
  place,
  now,
  selectable,
  selected,
  current,
  onToggle,
  onOpen,
}: LineProps) {
  const { row, gone, changed } = shown;
  const names = useNames();
  const classes = [selected && "sel", current && "cur", gone && "gone"].filter(Boolean).join(" ");
  return (
    <tr
      className={classes || undefined}
      aria-rowindex={place + 2}
      onClick={(event) => (event.shiftKey && selectable ? onToggle(place, true) : onOpen(place))}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box inside takes keys */}
      <td className="c1" onClick={(event) => event.stopPropagation()}>
        {selectable && (
          <input
            type="checkbox"
            className="box"
            aria-label={t.common.select(row.number)}
            checked={selected}
            onChange={(event) => onToggle(place, (event.nativeEvent as globalThis.MouseEvent).shiftKey)}
          />
        )}
      </td>
      <td>
        <Countdown at={row.ship_by} />
      </td>
      <td title={`${row.number}, ${names.channel(row.channel)}`}>
        <OrderCell row={row} channel={names.channel(row.channel)} />
      </td>
      <td title={row.recipient}>
        <span className="to">
          <span className="cut">{row.recipient || t.common.none}</span>
          {row.country && <span className="cc">{row.country}</span>}
          <span className="dim hide-s">{row.postcode}</span>
        </span>
      </td>
      <td title={row.first_line?.name}>
        {row.first_line
          ? `${row.first_line.quantity} × ${row.first_line.name || row.first_line.sku}`
          : t.common.units(row.units)}{" "}
        {row.lines > 1 && <span className="dim">{t.toShip.more(row.lines - 1)}</span>}
      </td>
      <td className="p2" title={names.warehouse(row.warehouse)}>
        {names.warehouse(row.warehouse) || <span className="dim">{t.common.none}</span>}
      </td>
      <td className="c7 p3 mid" title={row.delivery_method}>
        {row.delivery_method}
      </td>
      <td>
        {gone ? (
          <span className="chip">{t.toShip.gone}</span>
        ) : changed ? (
          <span className="chip t-info">{t.toShip.changed}</span>
        ) : (
          <Checks failed={checksOf(row)} />
        )}
      </td>
      <td className="num dim p2" title={absolute(row.placed_at)}>
        {age(now - Date.parse(row.placed_at))}
      </td>
    </tr>
  );
});

const stop = (event: MouseEvent) => event.stopPropagation();

function OrderCell({ row, channel }: { row: Row; channel: string }) {
  return (
    <>
      <Link
        to="/orders/$id"
        params={{ id: row.order_id }}
        search={{ list: "/" }}
        className="m code"
        onClick={stop}
      >
        {row.number}
      </Link>{" "}
      {row.expedited && (
        <span className="warn">
          <Icon name="bolt" small label={t.order.expedited} />
        </span>
      )}
      {row.merge && <Icon name="package" small label={t.merging.mark} />}{" "}
      <span className="dim hide-s">{channel}</span>
    </>
  );
}

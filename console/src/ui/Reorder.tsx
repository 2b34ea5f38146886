import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { Icon } from "./Icon";

/** The same list with one item at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item === undefined) return next;
  next.splice(Math.max(0, Math.min(next.length, to)), 0, item);
  return next;
}

interface ReorderProps<Item> {
  label: string;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** Of the handle: what is moved, and where it is. */
  handle: (item: Item, place: number) => string;
  /** Said aloud once it was moved. */
  said: (item: Item, place: number) => string;
  disabled?: boolean;
  className?: (item: Item, place: number) => string;
  children: (item: Item, place: number) => ReactNode;
  onMove: (from: number, to: number) => void;
}

/** A list whose order people change: by dragging a handle, or with Alt and an arrow while it has the focus. */
export function Reorder<Item>(props: ReorderProps<Item>) {
  const { label, items, keyOf, handle, said, disabled, className, children, onMove } = props;
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [message, setMessage] = useState("");
  const move = (from: number, to: number) => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || from === to) return false;
    onMove(from, to);
    setMessage(said(item, to));
    return true;
  };
  const drag = (event: PointerEvent) => {
    if (dragged === null || !list.current) return;
    const rows = [...list.current.children].map((row) => row.getBoundingClientRect());
    const over = rows.findIndex((row) => event.clientY < row.bottom);
    const to = over < 0 ? items.length - 1 : over;
    if (move(dragged, to)) setDragged(to);
  };
  const press = (event: KeyboardEvent, place: number) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey) return;
    event.preventDefault();
    if (!move(place, place + step)) return;
    const grip = () => list.current?.children[place + step]?.querySelector<HTMLElement>(".grip");
    requestAnimationFrame(() => grip()?.focus()); // it goes on with the item, also where rows are told by their place
  };
  return (
    <>
      <ol ref={list} className="reorder" aria-label={label}>
        {items.map((item, place) => (
          <li
            key={keyOf(item)}
            className={`${className?.(item, place) ?? ""} ${place === dragged ? "dragged" : ""}`.trim()}
          >
            <button
              type="button"
              className="grip"
              aria-label={handle(item, place)}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              disabled={disabled}
              onKeyDown={(event) => press(event, place)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDragged(place);
              }}
              onPointerMove={drag}
              onPointerUp={() => setDragged(null)}
              onPointerCancel={() => setDragged(null)}
            >
              <Icon name="grip-vertical" />
            </button>
            {children(item, place)}
          </li>
        ))}
      </ol>
      <span className="sr" aria-live="polite">
        {message}
      </span>
    </>
  );
}

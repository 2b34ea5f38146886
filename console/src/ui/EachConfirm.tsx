import { type ReactNode, useEffect, useRef, useState } from "react";
import { Refused } from "../api/client";
import { t } from "../texts";
import { Confirm } from "./Confirm";
import { actOnEach, type Item, isDone, leftOf, type Outcomes } from "./each";
import { Icon } from "./Icon";

interface EachProps {
  title: string;
  /** The button, for as many as are left to do. */
  confirm: (n: number) => string;
  items: readonly Item[];
  children: ReactNode;
  /** Why it cannot start yet, in words. */
  problem: string | undefined;
  onTried?: () => void;
  act: (id: string) => Promise<unknown>;
  /** After each run, whatever became of the items. */
  onRun: () => void;
  onClose: () => void;
  /** All are done. */
  onDone: (n: number) => void;
}

/** An action on many: what will happen to each before, how far it is, and what became of each; again for the rest. */
export function EachConfirm({
  confirm,
  items,
  children,
  problem,
  onTried,
  act,
  onRun,
  onDone,
  ...rest
}: EachProps) {
  const [outcomes, setOutcomes] = useState<Outcomes>(new Map());
  const closed = useRef(false);
  useEffect(() => {
    closed.current = false;
    return () => {
      closed.current = true;
    };
  }, []);
  const left = leftOf(items, outcomes).length;
  const run = async () => {
    onTried?.();
    if (problem) throw new Refused(422, { detail: problem });
    const after = await actOnEach(items, outcomes, act, setOutcomes, () => closed.current);
    onRun();
    const missed = leftOf(items, after).length;
    if (missed) throw new Refused(409, { detail: t.each.some(missed, items.length) });
    onDone(items.length);
  };
  return (
    <Confirm
      {...rest}
      confirm={confirm(left)}
      onConfirm={run}
      mayStop={items.length > 1}
      footnote={
        items.length > 1 && outcomes.size > 0 ? t.each.far(items.length - left, items.length) : undefined
      }
    >
      {children}
      <ul className="each" aria-label={t.each.list}>
        {items.map((each) => (
          <Line key={each.id} item={each} outcomes={outcomes} />
        ))}
      </ul>
    </Confirm>
  );
}

function Line({ item, outcomes }: { item: Item; outcomes: Outcomes }) {
  const why = outcomes.get(item.id);
  return (
    <li>
      <span className="code">{item.name}</span>
      {isDone(outcomes, item.id) ? (
        <span className="ok">
          <Icon name="check" small /> {t.each.done}
        </span>
      ) : why ? (
        <span className="danger">
          <Icon name="x" small /> {why}
        </span>
      ) : (
        <span className="dim">{item.note}</span>
      )}
    </li>
  );
}

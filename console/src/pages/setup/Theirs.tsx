import "./meanwhile.css";
import { isOutdated } from "../../api/client";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { type Labels, labelOf, saidOf } from "../../ui/labels";
import type { Read } from "../../ui/useRead";

const text = t.setup.meanwhile;

interface TheirsProps<T> {
  /** Why it was not saved. */
  error: unknown;
  read: Read<T>;
  /** What the fields are called there. */
  labels: Labels;
  onTake: (stored: T) => void;
  /** Once what is typed is to be saved over theirs. */
  onKeep: () => void;
}

/** What another person saved while this was edited, once that refused a save: whose stays is decided here. */
export function Theirs<T>({ error, read, labels, onTake, onKeep }: TheirsProps<T>) {
  if (!isOutdated(error)) return null;
  const keep = () => {
    read.catchUp();
    onKeep();
  };
  return (
    <div className="note meanwhile" role="alert">
      <Icon name="alert-triangle" />
      <div className="t">
        <p>{read.changed.length > 0 ? text.stored : text.elsewhere}</p>
        <ul>
          {read.changed.map(({ names, theirs }) => (
            <li key={names.join(".")}>
              <span className="m block">{labelOf(labels, names)}</span>
              <span className="block">{saidOf(theirs, labels, names)}</span>
            </li>
          ))}
        </ul>
        <span className="row">
          <Button small onClick={keep}>
            {text.keepMine}
          </Button>
          <Button small onClick={() => onTake(read.catchUp())}>
            {text.takeTheirs}
          </Button>
        </span>
      </div>
    </div>
  );
}

import "./meanwhile.css";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { labelOf, saidOf } from "../../ui/labels";
import type { Clash } from "../../ui/merge";
import type { Form } from "../../ui/useForm";

const text = t.setup.meanwhile;

/** What another person saved while a form was edited: where both changed a field, whose stays is decided here. */
export function Meanwhile({ form }: { form: Form }) {
  const { clashes, others } = form;
  if (clashes.length === 0 && others.length === 0) return null;
  return (
    <div className="note meanwhile" role="alert">
      <Icon name="alert-triangle" />
      <div className="t">
        {others.length > 0 && (
          <p>{text.others(others.map((each) => text.field(labelOf(form.labels, each))).join(", "))}</p>
        )}
        {clashes.length > 0 && (
          <>
            <p>
              <b className="b">{text.both(clashes.length)}</b>
            </p>
            <ul>
              {clashes.map((each) => (
                <Both key={each.names.join(".")} form={form} clash={each} />
              ))}
            </ul>
          </>
        )}
        {clashes.length > 1 && (
          <span className="row">
            <Button small onClick={() => form.keepMine(clashes)}>
              {text.allMine}
            </Button>
            <Button small onClick={() => form.takeTheirs(clashes)}>
              {text.allTheirs}
            </Button>
          </span>
        )}
      </div>
    </div>
  );
}

/** One field that two people changed: what each wrote, and the choice. */
function Both({ form, clash }: { form: Form; clash: Clash }) {
  const { labels } = form;
  const { names } = clash;
  const field = labelOf(labels, names);
  return (
    <li>
      <span className="m block">{field}</span>
      <span className="block">
        {text.mine} <b className="b">{saidOf(clash.mine, labels, names)}</b>
      </span>
      <span className="block">
        {text.theirs} <b className="b">{saidOf(clash.theirs, labels, names)}</b>
      </span>
      <span className="row">
        <Button small aria-label={text.keepMineOf(field)} onClick={() => form.keepMine([clash])}>
          {text.keepMine}
        </Button>
        <Button small aria-label={text.takeTheirsOf(field)} onClick={() => form.takeTheirs([clash])}>
          {text.takeTheirs}
        </Button>
      </span>
    </li>
  );
}

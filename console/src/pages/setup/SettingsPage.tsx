import "./setup.css";
import type { ReactNode } from "react";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { begun } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { useKeys } from "../../ui/shortcuts";
import { Unsaved } from "../../ui/Unsaved";
import type { Form } from "../../ui/useForm";
import { Meanwhile } from "./Meanwhile";

const text = t.setup;

/** One group of fields of a form. */
export function Section({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {about && <span className="dim small">{about}</span>}
      </header>
      <div className="fields">{children}</div>
    </section>
  );
}

interface SaveBarProps {
  form: Form;
  /** Says who may change it where the reader may not. */
  whoMay?: string;
  children?: ReactNode;
}

/** What is changed and not saved, what was refused, and the one button that saves. */
export function SaveBar({ form, whoMay = text.ownersChange, children }: SaveBarProps) {
  const names = useNames();
  useKeys({
    "$mod+s": (event) => {
      event.preventDefault();
      if (form.changes > 0 && !form.busy && form.clashes.length === 0) form.save();
    },
  });
  return (
    <>
      <Unsaved isLost={() => form.changes > 0 && !form.busy} />
      <div className="sub">
        {children}
        <span className="row right">
          {form.readOnly && <span className="small dim">{whoMay}</span>}
          {form.changes > 0 && <span className="small dim">{text.unsaved(form.changes)}</span>}
          {form.changes > 0 && (
            <Button small onClick={form.discard}>
              {text.discard}
            </Button>
          )}
          {!form.readOnly && (
            <Button
              small
              look="primary"
              busy={form.busy}
              disabled={form.changes === 0 || form.clashes.length > 0}
              aria-keyshortcuts="Control+S"
              onClick={form.save}
            >
              {text.save}
            </Button>
          )}
        </span>
      </div>
      {form.refused && (
        <div className="note t-danger" role="alert">
          <Icon name="x" />
          <span className="t">
            <b className="b">{text.notSaved}</b> {begun(names.said(form.refused))}
          </span>
        </div>
      )}
      <Meanwhile form={form} />
      {form.warnings.length > 0 && (
        <div className="note" role="status">
          <Icon name="alert-triangle" />
          <span className="t">
            <b className="b">{text.savedBut}</b>
            {form.warnings.map((each) => (
              <span key={each} className="block">
                {names.said(each)}
              </span>
            ))}
          </span>
        </div>
      )}
    </>
  );
}

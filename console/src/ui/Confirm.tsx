import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { sentenceOf } from "../api/client";
import { readAgainAfter } from "../api/queries";
import { t } from "../texts";
import { Button } from "./bits";
import { Dialog } from "./Dialog";
import { Below } from "./fields";
import { begun } from "./format";
import { Icon } from "./Icon";

interface ConfirmProps {
  title: string;
  /** The button: verb and number. */
  confirm: string;
  cancel?: string;
  destructive?: boolean;
  disabled?: boolean;
  /** Closing stops what is under way. */
  mayStop?: boolean;
  footnote?: string;
  children: ReactNode;
  onClose: () => void;
  /** Resolves once it is done, which closes the dialog; what it is refused with stays in the dialog. */
  onConfirm: () => Promise<unknown>;
}

/** Says what will happen before it does. Its first field has the focus, else the button that confirms, or the safe one. */
export function Confirm({
  title,
  confirm,
  cancel,
  destructive,
  disabled,
  mayStop,
  footnote,
  children,
  onClose,
  onConfirm,
}: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // A button that could not be pressed when the dialog opened could not take the focus either.
    if (!disabled && !destructive && document.activeElement === form.current)
      form.current?.querySelector<HTMLElement>("[type=submit]")?.focus();
  }, [disabled, destructive]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || disabled) return;
    setBusy(true);
    setProblem("");
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      readAgainAfter(error);
    } finally {
      setBusy(false);
    }
  };
  // Most that is under way cannot be called off: its dialog stays until it is known what became of it.
  const stays = busy && !mayStop;
  const close = () => stays || onClose();
  return (
    <Dialog onClose={close} title={title} size={560} closeOnClickOutside={false}>
      <form
        ref={form}
        onSubmit={submit}
        tabIndex={-1}
        data-autofocus={(disabled && !destructive) || undefined}
      >
        <div className="dialog-body">
          {children}
          {problem && (
            <div className="note t-danger" role="alert">
              <Icon name="x" />
              <span className="t">
                <b className="b">{t.one.notChanged}</b> {begun(problem)}
              </span>
            </div>
          )}
        </div>
        <footer className="dialog-foot">
          <span className="small dim grow">{footnote}</span>
          <Button onClick={close} disabled={stays} data-autofocus={destructive || undefined}>
            {cancel ?? t.common.cancel}
          </Button>
          <Button
            type="submit"
            look={destructive ? "bad" : "primary"}
            busy={busy}
            disabled={disabled}
            data-autofocus={destructive ? undefined : true}
          >
            {confirm}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  problem?: string;
  children: (ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ReactNode;
}

/** A field with its label above and what is wrong with it below. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-describedby": problem || hint ? `${id}-below` : undefined,
        "aria-invalid": problem ? true : undefined,
      })}
      <Below id={`${id}-below`} problem={problem || undefined} hint={hint} />
    </div>
  );
}

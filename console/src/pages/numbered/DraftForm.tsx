import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Refused, sentenceOf } from "../../api/client";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { hasKept } from "../../ui/kept";
import { useKeys } from "../../ui/shortcuts";
import { Unsaved } from "../../ui/Unsaved";
import { type DraftLine, filledIn, problemsOf } from "./drafting";
import { Earlier } from "./Earlier";

interface FormProps {
  title: string | undefined;
  /** What sending it does, and what it does not. */
  what: string;
  submit: string;
  busy: boolean;
  problem: string | undefined;
  onSubmit: () => void;
  onClose: () => void;
  /** Why it was not saved. */
  error?: unknown;
  /** What another person did meanwhile, below the fields. */
  meanwhile?: ReactNode;
  /** What it would do, beside the fields where there is room. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A document that is being written, over a page. */
export function DraftForm(props: FormProps) {
  const { title, what, submit, busy, problem, onSubmit, onClose, error, meanwhile, aside, children } = props;
  /** Whether something was typed that is to be asked about before it is lost. */
  const isTyped = useRef(hasKept());
  const cancel = () => {
    isTyped.current = false;
    onClose();
  };
  useKeys({ Escape: onClose });
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, select")?.focus(), []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
  return (
    <>
      <Unsaved isWithinPage isLost={() => isTyped.current && !busy} />
      <form
        className="draft"
        ref={form}
        onSubmit={send}
        onInput={() => {
          isTyped.current = true;
        }}
      >
        <div className={aside ? "draft-body with-aside" : "draft-body"}>
          <div className="draft-fields">
            {title && <h2 className="h2">{title}</h2>}
            {children}
            {meanwhile}
          </div>
          {aside}
        </div>
        <footer className="receive-foot">
          <p className="grow">
            {problem ? (
              <span className="danger" role="alert">
                {problem} <Earlier error={error} />
              </span>
            ) : (
              <span className="dim">{what}</span>
            )}
          </p>
          <Button onClick={cancel}>{t.common.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {submit}
          </Button>
        </footer>
      </form>
    </>
  );
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** What is wrong with a draft: `missing` and `wrong` before it is sent, the rest as the API says it, at its fields. */
export function useDraft(
  save: UseMutationResult<unknown, Error, void>,
  lines: readonly DraftLine[] | null,
  lacks: string | false,
  wrong: ReadonlyMap<string, string> = NOTHING,
) {
  const [tried, setTried] = useState(false);
  const none = lines && filledIn(lines).length === 0 ? t.numbered.noLines : undefined;
  const missing = lacks || none || (wrong.size > 0 && t.numbered.fix) || undefined;
  const refused = save.error instanceof Refused ? save.error : null;
  const { fields, rest } = problemsOf(refused, lines ?? []);
  const atFields = refused && refused.errors.length > 0 ? t.numbered.fix : undefined;
  const said = save.error
    ? rest.length
      ? rest.join("; ")
      : (atFields ?? sentenceOf(save.error))
    : undefined;
  const submit = () => {
    setTried(true);
    if (!missing) save.mutate();
  };
  for (const [field, text] of tried ? wrong : NOTHING) fields.set(field, text);
  return { problems: { fields, said }, missing: tried ? missing : undefined, submit };
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { answerOf, api, type Schemas, sentenceOf } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button, When } from "../../ui/bits";
import { Confirm, Field } from "../../ui/Confirm";
import { person } from "../../ui/format";
import { Check } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { Unsaved } from "../../ui/Unsaved";
import { useOrderChange } from "./useOrderChange";

type Order = Schemas["OrderView"];
type Note = Order["internal_notes"][number];

/** What people of the house wrote about an order. */
export function Notes({ order }: { order: Order }) {
  const can = useCan();
  const client = useQueryClient();
  const [text, setText] = useKept<string | null>("note", () => null);
  const [printable, setPrintable] = useKept("note printed", () => false);
  const add = useMutation({
    mutationFn: (said: string) =>
      answerOf(
        api.POST("/orders/{order_id}/notes", {
          params: { path: { order_id: order.id } },
          body: { text: said, printable },
        }),
      ),
    onSuccess: (changed) => {
      client.setQueryData(["order", order.id], changed);
      setText(null);
    },
  });
  const field = useRef<HTMLTextAreaElement>(null);
  const begin = () => {
    flushSync(() => setText(""));
    field.current?.focus();
  };
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (text?.trim()) add.mutate(text.trim());
  };
  const writes = can("POST /orders/{order_id}/notes");
  const removes = can("DELETE /orders/{order_id}/notes/{note_id}");
  const [removed, setRemoved] = useState<Note | null>(null);
  if (!writes && order.internal_notes.length === 0) return null;
  const missing = tried && !text?.trim() ? t.one.noteMissing : undefined;
  const refused = add.isError ? sentenceOf(add.error) : undefined;
  return (
    <section className="card" aria-labelledby="notes">
      <Unsaved isLost={() => Boolean(text?.trim()) && !add.isPending} />
      <header>
        <h2 id="notes">{t.one.notes}</h2>
        {writes && text === null && (
          <button type="button" className="link right" onClick={begin}>
            {t.one.addNote}
          </button>
        )}
      </header>
      {text !== null && (
        <form className="pad14 stack" onSubmit={submit}>
          <Field label={t.one.noteText} problem={missing ?? refused}>
            {(ids) => (
              <textarea
                {...ids}
                ref={field}
                className="input"
                maxLength={1000}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          <Check checked={printable} onChange={setPrintable}>
            {t.one.notePrinted}
          </Check>
          <span className="row">
            <Button small type="submit" busy={add.isPending}>
              {t.one.noteSave}
            </Button>
            <Button small look="quiet" onClick={() => setText(null)}>
              {t.common.cancel}
            </Button>
          </span>
        </form>
      )}
      {order.internal_notes.length > 0 && (
        <ul className="pad14 stack">
          {order.internal_notes.map((note) => (
            <li key={note.id}>
              <span className="written">{note.text}</span>{" "}
              <span className="dim small">
                {person(note.author)}, <When at={note.written_at} />
                {note.printable && `, ${t.one.notePrints}`}
              </span>{" "}
              {removes && (
                <button type="button" className="link small" onClick={() => setRemoved(note)}>
                  {t.one.noteRemove}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {removed && <RemoveNote order={order} note={removed} onClose={() => setRemoved(null)} />}
    </section>
  );
}

/** Take a note away, such as one that is wrong and printed on the slip. */
function RemoveNote({ order, note, onClose }: { order: Order; note: Note; onClose: () => void }) {
  const change = useOrderChange(order);
  const params = { path: { order_id: order.id, note_id: note.id } };
  return (
    <Confirm
      title={t.one.noteRemoveTitle}
      confirm={t.one.noteRemoveConfirm}
      footnote={t.one.noUndo}
      destructive
      onClose={onClose}
      onConfirm={() => change(answerOf(api.DELETE("/orders/{order_id}/notes/{note_id}", { params })))}
    >
      <p className="written">“{note.text}”</p>
    </Confirm>
  );
}

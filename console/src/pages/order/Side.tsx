import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerOf, api, type Schemas, sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button, When } from "../../ui/bits";
import { Field } from "../../ui/Confirm";
import { countryName, dateAndTime, listed, money, person } from "../../ui/format";
import { Icon, type IconName } from "../../ui/Icon";
import { Check } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { Timeline } from "../../ui/Timeline";
import { Unsaved } from "../../ui/Unsaved";

type Order = Schemas["OrderView"];

export function Side({ order }: { order: Order }) {
  return (
    <div className="col side">
      <Buyer order={order} />
      <Notes order={order} />
      {order.timeline.length > 0 && <Timeline entries={order.timeline} />}
    </div>
  );
}

function Buyer({ order }: { order: Order }) {
  const names = useNames();
  const to = order.ship_to;
  const address = to
    ? [
        to.name,
        to.company,
        to.address1,
        to.address2,
        to.address3,
        [to.city, to.state, to.postcode].filter(Boolean).join(" "),
      ]
    : [];
  const facts: [string, React.ReactNode][] = [
    [t.one.email, order.customer.email],
    [t.one.phone, to?.phone || order.customer.phone],
    [t.one.channel, names.channel(order.channel)],
    [t.one.placed, <When key="placed" at={order.placed_at} />],
    [
      t.one.paid,
      order.paid_at ? listed(order.total && money(order.total), dateAndTime(order.paid_at)) : t.one.unpaid,
    ],
    [t.one.method, order.delivery_method],
    [t.one.tags, order.tags.join(", ")],
  ];
  return (
    <section className="card" aria-labelledby="ship-to">
      <header>
        <h2 id="ship-to">{t.one.shipTo}</h2>
      </header>
      <div className="pad14">
        {to ? (
          <address>
            {[...new Set(address.filter(Boolean))].map((each, place) => (
              <span key={each} className={place === 0 ? "b" : undefined}>
                {each}
              </span>
            ))}
            <span>{countryName(to.country)}</span>
          </address>
        ) : (
          <p className="dim">{t.one.noAddress}</p>
        )}
        <dl className="kv">
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <div key={name} className="nav-item">
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      </div>
      <Quote icon="gift" label={t.one.giftMessage} text={order.gift_message} />
      <Quote icon="pencil" label={t.one.buyerNote} text={order.note} />
    </section>
  );
}

/** What the buyer wrote; nothing where that is nothing. */
function Quote({ icon, label, text }: { icon: IconName; label: string; text: string }) {
  if (!text) return null;
  return (
    <div className="note t-info buyer-note">
      <Icon name={icon} />
      <span className="t">
        <b className="b">{label}</b> “{text}”
      </span>
    </div>
  );
}

function Notes({ order }: { order: Order }) {
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
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (text?.trim()) add.mutate(text.trim());
  };
  const writes = can("POST /orders/{order_id}/notes");
  if (!writes && order.internal_notes.length === 0) return null;
  const missing = tried && !text?.trim() ? t.one.noteMissing : undefined;
  const refused = add.isError ? sentenceOf(add.error) : undefined;
  return (
    <section className="card" aria-labelledby="notes">
      <Unsaved isLost={() => Boolean(text?.trim()) && !add.isPending} />
      <header>
        <h2 id="notes">{t.one.notes}</h2>
        {writes && text === null && (
          <button type="button" className="link right" onClick={() => setText("")}>
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
                className="input"
                maxLength={2000}
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
              {note.text}{" "}
              <span className="dim small">
                {person(note.author)}, <When at={note.written_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { When } from "../../ui/bits";
import { countryName, dateAndTime, listed, money } from "../../ui/format";
import { Icon, type IconName } from "../../ui/Icon";
import { Timeline } from "../../ui/Timeline";
import type { Asked } from "./Dialogs";
import { Notes } from "./Notes";

type Order = Schemas["OrderView"];

interface SideProps {
  order: Order;
  onAsk: (asked: Asked) => void;
}

export function Side({ order, onAsk }: SideProps) {
  return (
    <div className="col side">
      <Buyer order={order} onAsk={onAsk} />
      <Notes order={order} />
      {order.timeline.length > 0 && <Timeline entries={order.timeline} />}
    </div>
  );
}

function Buyer({ order, onAsk }: SideProps) {
  const can = useCan();
  const exports = can("POST /privacy/export");
  const erases = can("POST /privacy/erase");
  const tags = can("PUT /orders/{order_id}/tags");
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
    [t.one.tags, tags ? <Tags key="tags" tags={order.tags} onAsk={onAsk} /> : order.tags.join(", ")],
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
      {(exports || erases) && (
        <div className="row pad14">
          {exports && (
            <button type="button" className="link" onClick={() => onAsk({ kind: "export" })}>
              {t.privacy.exportButton}
            </button>
          )}
          {erases && (
            <button type="button" className="link" onClick={() => onAsk({ kind: "erase" })}>
              {t.privacy.eraseButton}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function Tags({ tags, onAsk }: { tags: readonly string[]; onAsk: (asked: Asked) => void }) {
  return (
    <>
      {tags.join(", ")}{" "}
      <button type="button" className="link" onClick={() => onAsk({ kind: "tag" })}>
        {tags.length > 0 ? t.tag.change : t.tag.add}
      </button>
    </>
  );
}

/** What the buyer wrote; nothing where that is nothing. */
function Quote({ icon, label, text }: { icon: IconName; label: string; text: string }) {
  if (!text) return null;
  return (
    <div className="note t-info buyer-note">
      <Icon name={icon} />
      <span className="t">
        <b className="b">{label}</b> <span className="written">“{text}”</span>
      </span>
    </div>
  );
}

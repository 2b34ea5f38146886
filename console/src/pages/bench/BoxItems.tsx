import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { Badge } from "../../ui/bits";
import { byWhen } from "../../ui/format";
import { Icon, type IconName } from "../../ui/Icon";
import { useNow } from "../../ui/now";
import { type Box, missing, nextItem } from "./state";

interface Props {
  box: Box;
  onHand: (sku: string) => void;
}

/** What belongs into the box: what lacks by bin, what is complete below it. */
export function BoxItems({ box, onHand }: Props) {
  const next = nextItem(box);
  const sorted = [...box.items].sort((a, b) => Number(missing(a) === 0) - Number(missing(b) === 0));
  return (
    <>
      <header className="box-head">
        <div className="grow">
          <Facts box={box} />
          <h1 className="code">
            {box.short_id} <span className="dim">{box.number}</span>
          </h1>
        </div>
        <div className="box-count">
          <b>{box.counted}</b> {t.bench.ofUnits(box.units)}
        </div>
      </header>
      <Steps counted={box.counted} units={box.units} />
      <Notes box={box} />
      <ol className="box-items">
        {sorted.map((each) => (
          <Item key={each.sku} item={each} isNext={each === next} onHand={() => onHand(each.sku)} />
        ))}
      </ol>
    </>
  );
}

/** What else to mind: a gift, what the buyer wrote on the slip, and what our people did. */
function Notes({ box }: { box: Box }) {
  const notes: [icon: IconName, lead: string, text: string][] = [];
  if (box.gift) notes.push(["gift", t.bench.gift, t.bench.giftText]);
  if (box.buyer_note) notes.push(["pencil", t.bench.buyerNote, t.bench.buyerNoteText]);
  for (const each of box.notes) notes.push(["pencil", t.bench.note, each]);
  return notes.map(([icon, lead, text]) => (
    <div key={lead + text} className="note t-info box-note">
      <Icon name={icon} />
      <span className="t">
        <b className="b">{lead}</b> <span className="written">{text}</span>
      </span>
    </div>
  ));
}

function Facts({ box }: { box: Box }) {
  const now = useNow();
  const facts = [
    box.delivery_method,
    [box.city, box.postcode_area, box.country].filter(Boolean).join(" "),
    box.ship_by && t.bench.leavesBy(byWhen(box.ship_by, now)),
  ].filter(Boolean);
  return (
    <p className="mid row">
      <Badge
        look={box.state === "closed" ? [t.bench.packed, "ok", "check"] : [t.bench.packing, "info", "package"]}
      />
      {box.expedited && <Badge look={[t.order.expedited, "warn", "bolt"]} />}
      <span className="cut">{facts.join(" · ")}</span>
    </p>
  );
}

const MOST_STEPS = 40;

/** One segment a unit, up to where segments can be told apart. */
function Steps({ counted, units }: { counted: number; units: number }) {
  if (units > MOST_STEPS)
    return (
      <progress
        className="box-steps"
        value={counted}
        max={units}
        aria-label={t.bench.units(counted, units)}
      />
    );
  return (
    <div className="box-steps" aria-hidden="true">
      {Array.from({ length: units }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a segment has nothing but its place
        <i key={place} className={place < counted ? "on" : ""} />
      ))}
    </div>
  );
}

function Item({ item, isNext, onHand }: { item: Schemas["BoxItem"]; isNext: boolean; onHand: () => void }) {
  const isDone = missing(item) === 0;
  const name = item.name || item.sku;
  const state = isDone ? "done" : isNext ? "next" : "";
  return (
    <li>
      <button
        type="button"
        className={`box-item ${state}`}
        disabled={isDone}
        aria-current={isNext ? "step" : undefined}
        aria-label={`${name}, ${t.bench.of(item.counted, item.needed)}. ${t.bench.byHandOf(name)}`}
        onClick={(event) => {
          event.currentTarget.blur(); // the Enter of a scan would press it once more
          onHand();
        }}
      >
        <span className="q">
          {item.counted}
          <span> / {item.needed}</span>
        </span>
        <span className="what">
          <b className="cut">{name}</b>
          <span className="mid code cut">{item.sku}</span>
        </span>
        <span className="bin code">
          {item.bin || t.common.none}
          <span className="small dim">{t.bench.bin}</span>
        </span>
        <Icon name={isDone ? "circle-check" : "scan"} />
      </button>
    </li>
  );
}

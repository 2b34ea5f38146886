import type { Schemas } from "../api/client";
import { useNames } from "../api/queries";
import { t } from "../texts";
import { absolute, dayName, person, timeOf } from "./format";
import { useNow } from "./now";

type Kind = "k" | "" | "x";
/** Filled where it reached the outside world, an edge where it is ours, a diamond where it needed a person. */
const REACHED = new Set([
  "shipped",
  "notified",
  "delivered",
  "sent_to_supplier",
  "label_bought",
  "labelled",
  "sent",
]);
const NEEDED = new Set(["held", "exception", "short", "rejected", "hold_placed", "refused", "not_notified"]);
const kindOf = (what: string): Kind => (REACHED.has(what) ? "k" : NEEDED.has(what) ? "x" : "");

/** What happened to an order or a document, newest first, by day. */
export function Timeline({ entries }: { entries: readonly Schemas["TimelineEntry"][] }) {
  const now = useNow();
  const names = useNames();
  const newest = [...entries].reverse();
  return (
    <section className="card" aria-labelledby="timeline">
      <header>
        <h2 id="timeline">{t.one.timeline}</h2>
      </header>
      <ol className="tl">
        {newest.map((each, place) => {
          const day = dayName(each.at, now);
          const before = newest[place - 1];
          const heading = !before || dayName(before.at, now) !== day;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two entries may be alike; their order never changes
            <li key={`${each.at}-${place}`} className={heading ? "first" : undefined}>
              {heading && <span className="day">{day}</span>}
              <time className="dim" dateTime={each.at} title={absolute(each.at)}>
                {timeOf(each.at)}
              </time>
              <span className={`p ${kindOf(each.what)}`} />
              <span>
                <b className="m">{words(each.what)}</b> {names.said(each.detail ?? "")}{" "}
                {each.who.startsWith("user:") && <span className="dim">{person(each.who)}</span>}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const words = (what: string) => {
  const said = what.replaceAll("_", " ");
  return said.charAt(0).toUpperCase() + said.slice(1);
};

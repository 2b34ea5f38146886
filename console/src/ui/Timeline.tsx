import { Link } from "@tanstack/react-router";
import type { Schemas } from "../api/client";
import { useNames } from "../api/queries";
import { useCan } from "../auth/context";
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
                <b className="m">{words(each.what)}</b> {detailOf(each, names.said)} <Who who={each.who} />
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** What is said of an entry beside who did it; ids of requests and files mean nothing to people. */
function detailOf({ what, who, detail }: Schemas["TimelineEntry"], said: (text: string) => string) {
  if (!detail || detail === who) return "";
  return what === "received" && /^manual [0-9a-f]+$/.test(detail) ? t.one.byHand : said(detail);
}

/** A person by name, a file by a link to what became of it; whom nobody has to know is left out. */
export function Who({ who }: { who: string }) {
  const can = useCan();
  const [kind, id] = who.split(":");
  if (kind === "user") return <span className="dim">{person(who)}</span>;
  if (kind !== "csv" || !id) return null;
  if (!can("GET /uploads/{upload_id}")) return <span className="dim">{t.one.fromFile}</span>;
  return (
    <Link to="/uploads/$id" params={{ id }} className="link">
      {t.one.fromFile}
    </Link>
  );
}

const words = (what: string) => {
  const known = t.one.happened[what as keyof typeof t.one.happened];
  if (known) return known;
  const said = what.replaceAll("_", " ");
  return said.charAt(0).toUpperCase() + said.slice(1);
};

import type { ReactNode } from "react";
import { t } from "../../texts";
import { timeOf } from "../../ui/format";
import { Icon, type IconName } from "../../ui/Icon";
import { PrinterNote } from "./PrinterNote";
import type { Entry, Question, Say, State, Tone } from "./state";
import type { Station } from "./station";
import type { Act } from "./useBench";

const ICON: Record<Tone, IconName> = {
  idle: "scan",
  right: "circle-check",
  wrong: "x",
  many: "hand-stop",
  done: "package",
  lacks: "package",
  note: "barcode",
};

const offline = (since: number, isKept: boolean): Say => ({
  tone: "note",
  title: t.bench.say.offline,
  lines: [t.bench.say.offlineText(timeOf(since)), isKept ? t.bench.say.offlineSent : ""].filter(Boolean),
  next: t.bench.say.offlineNext,
});

/** What became of the last scan, told by word, icon, colour and edge; below it the last scans. */
export function Panel({ state, station, act }: { state: State; station: Station; act: Act }) {
  const { offlineSince, pending, asking } = state;
  const isOff = offlineSince !== null;
  const say = isOff ? offline(offlineSince, pending.length > 0) : state.say;
  return (
    <aside className="bench-res">
      <div className={`say say-${isOff ? "off" : say.tone}`} aria-live="assertive">
        <Icon name={isOff ? "wifi-off" : ICON[say.tone]} />
        <h2>{say.title}</h2>
        {say.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {say.next && (
          <p className="do">
            <Icon name={say.tone === "wrong" || say.tone === "many" ? "arrow-back-up" : "arrow-right"} />
            {say.next}
          </p>
        )}
        {pending.length > 0 && !isOff && <p className="checking">{t.bench.checking}</p>}
      </div>
      {asking && !isOff && <Asking question={asking} act={act} />}
      <PrinterNote job={state.job} station={station} />
      <History entries={state.history} />
    </aside>
  );
}

function Asking({ question, act }: { question: Question; act: Act }) {
  return (
    <section className="ask" aria-label={t.bench.ask.title} aria-live="polite">
      <h3>{question.title}</h3>
      <p className="mid">{question.text}</p>
      <ol>
        {question.choices.map((choice, place) => (
          <li key={choice.label}>
            <button type="button" className="btn" onClick={() => act({ kind: "choose", place })}>
              <kbd>{place + 1}</kbd>
              <span className="cut">{choice.label}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

const MARK: Record<Tone, ReactNode> = {
  idle: <Icon name="scan" small />,
  right: <Icon name="check" small />,
  wrong: <Icon name="x" small />,
  many: <Icon name="hand-stop" small />,
  done: <Icon name="package" small />,
  lacks: <Icon name="alert-triangle" small />,
  note: <Icon name="barcode" small />,
};
const COLOUR: Record<Tone, string> = {
  idle: "dim",
  right: "ok",
  wrong: "danger",
  many: "warn",
  done: "ok",
  lacks: "warn",
  note: "info",
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function History({ entries }: { entries: readonly Entry[] }) {
  return (
    <section className="last-scans" aria-label={t.bench.lastScans}>
      <h3 className="small dim">{t.bench.lastScans}</h3>
      <ol>
        {entries.map((each) => (
          <li key={each.n}>
            <span className="dim">{clock.format(each.at)}</span>
            <span className={COLOUR[each.tone]}>{MARK[each.tone]}</span>
            <span className="cut">{each.text}</span>
            <span className="dim cut">{each.note}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

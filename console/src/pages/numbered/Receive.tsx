import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Refused, sentenceOf } from "../../api/client";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { Input } from "../../ui/inputs";
import { keptMap, useKept } from "../../ui/kept";
import { Scroll } from "../../ui/list";
import { isReadTwice, type Reading, useKeys, useScan } from "../../ui/shortcuts";
import { Unsaved } from "../../ui/Unsaved";
import { play } from "../bench/sounds";
import type { Sound } from "../bench/state";
import { type Counting, type Receivable, ReceiveRow } from "./ReceiveRow";
import {
  type Arrival,
  allOf,
  arrivalOf,
  type Counted,
  type Counts,
  countedOf,
  isRecorded,
  problemsOf,
  refusedOf,
  scanned,
  withCounted,
} from "./receiving";

interface ReceiveProps {
  lines: readonly Receivable[];
  /** The numbers of what was received before. */
  recorded: readonly string[];
  counts: Counting;
  title: string;
  verb: (n: number) => string;
  /** What it does, in a sentence. */
  consequence: (arrival: Arrival) => string;
  send: (receipt: string, arrival: Arrival) => Promise<unknown>;
  onClose: () => void;
}

const head = t.receive.columns;
const KEPT = keptMap<Counted>();

/** Count what arrived, by hand or by a scanner, and say before what becomes of it. */
export function Receive({
  lines: all,
  recorded,
  counts: of,
  title,
  verb,
  consequence,
  send,
  onClose,
}: ReceiveProps) {
  const [counts, setCounts] = useKept<Counts>("counts", () => new Map(), KEPT);
  const [receipt, setReceipt] = useKept("receipt", () => "");
  const [tried, setTried] = useState(false);
  const [heard, setHeard] = useState("");
  const isAgain = isRecorded(receipt, recorded);
  const lines = isAgain ? all.map((line) => ({ ...line, refusesMore: false })) : all;
  const arrival = arrivalOf(lines, counts, receipt);
  const units = arrival.good + arrival.bad + arrival.lost;
  const action = useMutation({
    mutationFn: () => send(receipt.trim(), arrival),
    onSuccess: () => {
      say(t.receive.done(units));
      onClose();
    },
  });
  const submit = () => {
    flushSync(() => setTried(true));
    if (!arrival.problem && !action.isPending) action.mutate();
    else page.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  };
  const read = useRef<Reading | null>(null);
  const hear = (text: string, sound: Sound) => {
    setHeard(text);
    play(sound);
  };
  const scan = (code: string, at: number) => {
    const isTwice = isReadTwice(read.current, { code, at });
    read.current = { code, at };
    if (isTwice) return hear(t.receive.twice(code), "low");
    if (action.isPending) {
      hear(t.receive.late(code), "low");
      return say(t.receive.late(code)); // which is there once this is closed, too
    }
    const after = scanned(lines, counts, code);
    if (!after) return hear(t.receive.unknown(code), "wrong");
    if (action.isError) action.reset();
    setCounts(after.counts);
    hear(
      after.isBeyond ? t.receive.heardBeyond(code) : t.receive.heard(code),
      after.isBeyond ? "many" : "right",
    );
  };
  useScan(scan, { fields: ".receiving .units" });
  const isCancelled = useRef(false);
  const cancel = () => {
    isCancelled.current = true;
    onClose();
  };
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => page.current?.querySelector<HTMLElement>(".receive-head button")?.focus(), []);
  /** What is asked for next is the number of the delivery. */
  const takeAll = () => {
    if (action.isPending) return;
    setCounts(allOf(lines));
    page.current?.querySelector<HTMLElement>(".receive-foot input")?.focus();
  };
  const isComplete = lines.every((line) => line.open === 0);
  useKeys({ Escape: onClose, a: () => !isComplete && takeAll() });
  const refused = action.error instanceof Refused ? action.error : null;
  const atLines = refusedOf(refused, arrival);
  const count = (id: string, change: Partial<Counted>) => {
    if (action.isPending) return; // what is being recorded is what is shown
    if (action.isError) action.reset();
    setCounts((before) => withCounted(before, id, change));
  };
  const isAtFields =
    atLines.size > 0 ||
    arrival.isTooMuch ||
    arrival.lines.some(({ counted }) => Object.keys(problemsOf(counted)).length > 0);
  const whole = action.isError ? sentenceOf(action.error) : tried ? arrival.problem : undefined;
  const problem = whole && isAtFields ? t.numbered.fix : whole;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl Enter sends from every field of it
    <div
      ref={page}
      className="receive"
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <Unsaved
        isWithinPage
        isLost={() => (units > 0 || receipt.trim() !== "") && !action.isPending && !isCancelled.current}
      />
      <div className="receive-head">
        <h2 className="b">{title}</h2>
        <span className="dim" role="status">
          <Icon name="scan" small /> {heard || t.receive.scan}
        </span>
        {!isComplete && (
          <Button small className="right" keyName="A" onClick={takeAll}>
            {t.receive.all}
          </Button>
        )}
      </div>
      <Scroll label={title} className="surface">
        <table className="tbl receiving">
          <thead>
            <tr>
              <th>{head.item}</th>
              <th className="num s4">{of.expected}</th>
              <th className="num s4 p2">{head.soFar}</th>
              <th className="num s4">{head.open}</th>
              <th className="s5">{head.now}</th>
              <th className="s5">{of.bad}</th>
              {of.lost && <th className="s5">{head.lost}</th>}
              <th className="s6">{head.difference}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <ReceiveRow
                key={line.id}
                line={line}
                of={of}
                counted={countedOf(counts, line.id)}
                refused={atLines.get(line.id)}
                tried={tried}
                onCount={(change) => count(line.id, change)}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
      <footer className="receive-foot">
        <Input
          label={t.receive.receipt}
          problem={tried && !receipt.trim() ? t.receive.noReceipt : undefined}
          maxLength={60}
          placeholder={t.receive.receiptHint}
          value={receipt}
          onChange={setReceipt}
        />
        <p className="grow">
          {problem && problem !== t.receive.noReceipt ? (
            <span className="danger" role="alert">
              {problem}
            </span>
          ) : (
            units > 0 &&
            !arrival.isTooMuch && (
              <>
                <b className="b">{t.receive.now(units)}</b>{" "}
                <span className="mid">{consequence(arrival)}</span>
              </>
            )
          )}
        </p>
        <Button onClick={cancel}>{t.common.cancel}</Button>
        <Button look="primary" keyName="Ctrl Enter" busy={action.isPending} onClick={submit}>
          {verb(units)}
        </Button>
      </footer>
    </div>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, useId, useRef, useState } from "react";
import { sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Kbd } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { useKeys } from "../../ui/shortcuts";
import { wordsOf } from "./looks";
import { sendFile, type Target } from "./send";

const KEY = "packhorse-upload-for";

/** What a file can have besides the orders of a channel; the values cannot be the id of one. */
const OTHERS = { "stock:": "stock", "purchases:": "purchases", "receipts:": "receipts" } as const;
const isOther = (value: string): value is keyof typeof OTHERS => value in OTHERS;
const others = Object.keys(OTHERS).filter(isOther);

const targetOf = (value: string): Target =>
  isOther(value) ? { kind: OTHERS[value], channel: null } : { kind: "orders", channel: value };

/** What became of a file: its upload, or why there is none. */
interface Sent {
  name: string;
  id?: string;
  problem?: string;
}

const sent = (file: File, target: Target): Promise<Sent> =>
  sendFile(file, target).then(
    (id) => ({ name: file.name, id }),
    (error) => ({ name: file.name, problem: sentenceOf(error) }),
  );

/** Where files are dropped or chosen, and whose orders they have, or what else. */
export function DropZone({ onSent }: { onSent: (id: string) => void }) {
  const { channels } = useNames();
  const id = useId();
  const [chosen, setChosen] = useState(localStorage.getItem(KEY) ?? "");
  const [isOver, setOver] = useState(false);
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const [several, setSeveral] = useState<readonly Sent[]>([]);
  const client = useQueryClient();
  const known = [...others, ...channels.map((each) => each.id)];
  const byFile = channels.find((each) => each.kind === "offline") ?? channels[0];
  const value = known.includes(chosen) ? chosen : (byFile?.id ?? "stock:");
  const choose = (next: string) => {
    setChosen(next);
    localStorage.setItem(KEY, next);
  };
  const send = async (files: readonly File[]) => {
    if (files.length === 0) return;
    if (busy) return setProblem(t.uploads.busy(files.map((file) => file.name)));
    setProblem("");
    setSeveral([]);
    const results: Sent[] = [];
    for (const file of files) {
      setBusy(file.name);
      results.push(await sent(file, targetOf(value)));
      if (files.length > 1) setSeveral([...results]);
    }
    setBusy("");
    client.invalidateQueries({ queryKey: ["uploads"] });
    const [first] = results;
    if (files.length > 1 || !first) return;
    if (first.id) onSent(first.id);
    else setProblem(first.problem ?? "");
  };
  const input = useRef<HTMLInputElement>(null);
  useKeys({ n: () => input.current?.click() });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    send([...event.dataTransfer.files]);
  };
  return (
    <div className="drop-zone">
      <label className="row">
        {t.uploads.for}
        <select className="input" value={value} onChange={(event) => choose(event.target.value)}>
          {channels.map((each) => (
            <option key={each.id} value={each.id}>
              {t.uploads.ordersOf(each.name)}
            </option>
          ))}
          {others.map((each) => (
            <option key={each} value={each}>
              {wordsOf(targetOf(each)).choice}
            </option>
          ))}
        </select>
      </label>
      <label
        htmlFor={id}
        className={isOver ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon name="upload" />
        <span className="row">
          <b>{busy ? t.uploads.sending(busy) : t.uploads.dropHere}</b>
          {!busy && <Kbd>N</Kbd>}
        </span>
        <span className="mid">{wordsOf(targetOf(value)).hint}</span>
        <input
          id={id}
          ref={input}
          type="file"
          multiple
          accept=".csv,.tsv,.txt,text/csv"
          className="sr"
          aria-label={t.uploads.drop}
          disabled={busy !== ""}
          onChange={(event) => {
            send([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </label>
      {several.length > 0 && (
        <ul aria-label={t.uploads.several}>
          {several.map((each, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and none moves
            <li key={place} className="row">
              <Icon name={each.id ? "check" : "x"} small />
              {each.id ? (
                <Link to="/uploads/$id" params={{ id: each.id }} className="m">
                  {each.name}
                </Link>
              ) : (
                <span className="danger">{t.uploads.notSent(each.name, each.problem ?? "")}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      {problem && (
        <div className="note t-danger" role="alert">
          <Icon name="x" />
          <span className="t">{problem}</span>
        </div>
      )}
    </div>
  );
}

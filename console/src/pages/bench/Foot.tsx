import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import type { IconName } from "../../ui/Icon";
import type { Command, State } from "./state";
import type { Act } from "./useBench";

type Offer = [label: string, key: string, command: Command, icon?: IconName];

const PACKING: Offer[] = [
  [t.bench.commands.undo, "Backspace", "undo", "arrow-back-up"],
  [t.bench.commands.notFound, "N", "none-left"],
  [t.bench.commands.finish, "F", "finish"],
  [t.bench.commands.close, "S", "close", "package"],
  [t.bench.commands.reprint, "R", "reprint", "printer"],
  [t.bench.commands.aside, "Esc", "aside", "x"],
];
const DONE: Offer[] = [
  [t.bench.commands.reopen, "Backspace", "undo", "arrow-back-up"],
  [t.bench.commands.reprint, "R", "reprint", "printer"],
];

/** What can be done now, by key, by a barcode of the printed sheet or by hand. */
export function Foot({ state, act }: { state: State; act: Act }) {
  const isOff = state.offlineSince !== null;
  const offers = state.phase === "packing" ? PACKING : state.phase === "done" ? DONE : [];
  return (
    <footer className="bench-foot">
      {offers.map(([label, key, command, icon]) => (
        <Button
          key={command}
          icon={icon}
          keyName={key}
          disabled={isOff}
          onClick={(event) => {
            event.currentTarget.blur(); // the Enter of a scan would press it once more
            act({ kind: "command", command });
          }}
        >
          {label}
        </Button>
      ))}
      <TypedCode act={act} />
      <Link to="/print/commands" className="link hide-s">
        {t.bench.commands.sheet}
      </Link>
    </footer>
  );
}

/** For a barcode that no scanner reads. */
function TypedCode({ act }: { act: Act }) {
  const [code, setCode] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) act({ kind: "scan", code: code.trim(), readAt: event.timeStamp });
    setCode("");
  };
  return (
    <form className="right typed" onSubmit={send}>
      <input
        className="input"
        aria-label={t.bench.type}
        placeholder={t.bench.type}
        autoComplete="off"
        maxLength={200}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
    </form>
  );
}

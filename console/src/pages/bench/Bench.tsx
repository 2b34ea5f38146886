import "./bench.css";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useSession } from "../../auth/context";
import { t } from "../../texts";
import { Button, Empty } from "../../ui/bits";
import { useKeys, useScan } from "../../ui/shortcuts";
import { BoxItems } from "./BoxItems";
import { Foot } from "./Foot";
import { Locked } from "./Locked";
import { Panel } from "./Panel";
import type { State } from "./state";
import { STATION_NAME, type Station, saveStation, stationOf } from "./station";
import { ToPack } from "./ToPack";
import { Top } from "./Top";
import { type Act, useBench } from "./useBench";
import { useIdle } from "./useIdle";

/** The packing bench: a full page that follows what is scanned anywhere on it. */
export function Bench() {
  const { station: name } = useParams({ from: "/bench/$station" });
  if (!STATION_NAME.test(name)) return <NoStation name={name} />;
  return <At key={name} name={name} />;
}

function At({ name }: { name: string }) {
  const { fo } = useSearch({ from: "/bench/$station" });
  const [station, setStation] = useState(() => stationOf(name));
  const [state, act] = useBench(station, boxIn(fo));
  const session = useSession();
  const isLocked = state.phase === "locked";
  useEffect(() => {
    document.title = `${t.bench.title(name)} · ${t.product}`;
  }, [name]);
  useKept(state);
  useHands(state, act);
  useIdle(station.lockMinutes, () => act({ kind: "command", command: "lock" }));
  useEffect(() => {
    if (isLocked) session.lock();
  }, [isLocked, session]);
  const change = (changed: Partial<Station>) => {
    const next = { ...station, ...changed };
    saveStation(next);
    setStation(next);
  };
  if (isLocked) return <Locked />;
  return (
    <div className="bench">
      <Top station={station} state={state} act={act} onChange={change} />
      <main className="bench-mid" id="page" tabIndex={-1}>
        <section className="bench-left" aria-label={t.bench.items}>
          {state.box ? (
            <BoxItems box={state.box} onHand={(sku) => act({ kind: "by-hand", sku })} />
          ) : (
            <ToPack station={station} onOpen={(row) => act({ kind: "open", ...row })} />
          )}
        </section>
        <Panel state={state} station={station} act={act} />
      </main>
      <Foot state={state} act={act} />
    </div>
  );
}

/** An address whose bench can have no name such as this. */
function NoStation({ name }: { name: string }) {
  const navigate = useNavigate();
  return (
    <main className="alone">
      <Empty title={t.bench.noStation(name)} text={t.bench.stationWrong}>
        <Button look="primary" onClick={() => navigate({ to: "/bench" })}>
          {t.bench.choose}
        </Button>
      </Empty>
    </main>
  );
}

/** `order:number` of the address: the box that was open before a reload. */
function boxIn(fo: string | undefined) {
  const at = fo?.lastIndexOf(":") ?? -1;
  return fo && at > 0 ? { order: fo.slice(0, at), fulfilment: Number(fo.slice(at + 1)) } : null;
}

/** The open box stands in the address, so that a reload or a sign-in comes back to it. */
function useKept({ phase, box }: State) {
  const fo = box && (phase === "packing" || phase === "stopped") ? `${box.order}:${box.fulfilment}` : null;
  const isLocked = phase === "locked";
  useEffect(() => {
    if (isLocked) return;
    const url = new URL(window.location.href);
    if (fo) url.searchParams.set("fo", fo);
    else url.searchParams.delete("fo");
    window.history.replaceState(window.history.state, "", url);
  }, [fo, isLocked]);
}

/** A scanner and the keys; a choice of a question is its number. */
function useHands(state: State, act: Act) {
  const command = (name: Parameters<typeof act>[0] & { kind: "command" }) => () => act(name);
  useScan((code, readAt) => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    act({ kind: "scan", code, readAt });
  });
  const places = Object.fromEntries(
    (state.asking?.choices ?? []).map((_, place) => [
      String(place + 1),
      () => act({ kind: "choose", place }),
    ]),
  );
  useKeys({
    ...places,
    Backspace: command({ kind: "command", command: "undo" }),
    Escape: command({ kind: "command", command: "aside" }),
    n: command({ kind: "command", command: "none-left" }),
    f: command({ kind: "command", command: "finish" }),
    s: command({ kind: "command", command: "close" }),
    r: command({ kind: "command", command: "reprint" }),
    Enter: (event) => {
      if (!(event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement))
        act({ kind: "command", command: "yes" });
    },
  });
}

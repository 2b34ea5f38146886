import { Link } from "@tanstack/react-router";
import { useMe } from "../../auth/context";
import { Mark } from "../../shell/Nav";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { initials, person, timeOf } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import type { State } from "./state";
import type { Station } from "./station";
import type { Act } from "./useBench";

interface Props {
  station: Station;
  state: State;
  act: Act;
  onChange: (changed: Partial<Station>) => void;
}

/** The bar of the bench: which one, whether it is connected, who packs. */
export function Top({ station, state, act, onChange }: Props) {
  const { data: me } = useMe();
  const isOff = state.offlineSince !== null;
  return (
    <header className="bench-top">
      <Link to="/" title={t.bench.leave} aria-label={t.bench.leave}>
        <Mark />
      </Link>
      <span className="st">{t.bench.title(station.name)}</span>
      <span className="pulse">
        <span className={isOff ? "dot n" : "dot"} />
        {state.offlineSince === null ? t.bench.online : t.bench.offlineSince(timeOf(state.offlineSince))}
      </span>
      <Button
        look="quiet"
        icon={station.isLoud ? "volume" : "bell"}
        aria-pressed={station.isLoud}
        onClick={(event) => {
          event.currentTarget.blur(); // the Enter of a scan would press it once more
          onChange({ isLoud: !station.isLoud });
        }}
      >
        {station.isLoud ? t.bench.sound.on : t.bench.sound.off}
      </Button>
      <Link to="/bench" className="link hide-s">
        {t.bench.settings}
      </Link>
      <span className="right row">
        {me && (
          <>
            <span className="avatar">{initials(me.name)}</span>
            <span className="m hide-s">{person(me.name)}</span>
          </>
        )}
        <Button onClick={() => act({ kind: "command", command: "lock" })}>
          <Icon name="lock" small />
          {t.bench.lock}
        </Button>
      </span>
    </header>
  );
}

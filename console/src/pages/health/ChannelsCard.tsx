import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { stateOf } from "../../shell/Lag";
import { t } from "../../texts";
import { When } from "../../ui/bits";
import { absolute, span } from "../../ui/format";
import { ChannelActions } from "./ChannelActions";
import { ChannelState } from "./ChannelState";
import { BY_HOUR } from "./figures";
import { Trend, useLags } from "./Trend";

type ChannelHealth = Schemas["ChannelHealth"];
const head = t.health.columns;
interface ChannelsProps {
  rows: readonly ChannelHealth[];
  onPause: (channel: string) => void;
}

/** Every channel, the worst first: how far behind it is, and what waits for it. */
export function ChannelsCard({ rows, onPause }: ChannelsProps) {
  return (
    <section className="card" aria-label={t.health.channels}>
      <header>
        <h2>{t.health.channels}</h2>
        <span className="dim small">{t.health.lagIs}</span>
      </header>
      <table className="tbl card-tbl health">
        <thead>
          <tr>
            <th className="h1">{head.channel}</th>
            <th className="h2">{head.state}</th>
            <th className="h4">{head.event}</th>
            <th className="h3 num">{head.lag}</th>
            <th className="h6 p3">{t.lags.hours}</th>
            <th>{head.problems}</th>
            <th className="h5">
              <span className="sr">{head.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((each) => (
            <HealthRow key={each.channel} health={each} onPause={() => onPause(each.channel)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function HealthRow({ health, onPause }: { health: ChannelHealth; onPause: () => void }) {
  const names = useNames();
  const name = names.channel(health.channel);
  const called = names.isReachable(health.channel);
  const state = stateOf(health);
  const never = <span className="dim">{t.health.never}</span>;
  return (
    <tr>
      <td className="m">{name}</td>
      <td>
        <ChannelState health={health} />
      </td>
      <td className="mid">{health.last_event_at ? <When at={health.last_event_at} /> : never}</td>
      <td
        className="num"
        title={health.last_poll_at ? `${head.poll}: ${absolute(health.last_poll_at)}` : undefined}
      >
        {health.lag_seconds === null ? t.common.none : span(health.lag_seconds * 1000)}
      </td>
      <td className="mid p3">{called && <Trends health={health} />}</td>
      <td className="problems">
        {called ? <Problems health={health} /> : <span className="dim">{t.health.offline}</span>}
      </td>
      <td>
        {state === "unconnected" && (
          <span className="row actions">
            <Link to="/channels/$id" params={{ id: health.channel }} className="btn small">
              {t.setup.channels.connect}
            </Link>
          </span>
        )}
        {called && state !== "unconnected" && state !== "inactive" && (
          <ChannelActions
            channel={health.channel}
            name={name}
            paused={health.paused_since !== null}
            onPause={onPause}
          />
        )}
      </td>
    </tr>
  );
}

/** A change of stock may take a minute, in seconds. */
const QUANTITIES_LIMIT = 60;

/** How far behind a channel was over the last day: with its orders, and with what it shows of our stock. */
function Trends({ health }: { health: ChannelHealth }) {
  const lags = useLags().data?.channels.find((each) => each.channel === health.channel);
  if (!lags) return null;
  return (
    <span className="trends small">
      <span className="dim">{t.lags.orders}</span>
      <Trend points={lags.orders} spans={BY_HOUR} limit={lags.late_after} />
      <span className="dim">{t.lags.quantities}</span>
      <Trend points={lags.quantities} spans={BY_HOUR} limit={QUANTITIES_LIMIT} />
    </span>
  );
}

function Problems({ health }: { health: ChannelHealth }) {
  const names = useNames();
  const waiting = [
    health.quantities_waiting > 0 && t.health.quantities(health.quantities_waiting),
    health.notices_waiting > 0 && t.health.notices(health.notices_waiting),
    health.notices_given_up > 0 && t.health.givenUp(health.notices_given_up),
    health.webhooks?.lost?.length && t.health.webhooksLost(health.webhooks.lost.length),
  ].filter(Boolean);
  return (
    <>
      {health.problems.map((each) => (
        <Link key={each.id} to="/exceptions" search={{ cause: each.cause }} className="link wrap">
          {names.said(each.message)}
        </Link>
      ))}
      {waiting.length > 0 && <span className="mid">{waiting.join(", ")}</span>}
      <Elsewhere urls={health.webhooks?.elsewhere ?? []} />
    </>
  );
}

/** Addresses beside ours to which the channel sends the same, and what to do about them. */
function Elsewhere({ urls }: { urls: string[] }) {
  if (urls.length === 0) return null;
  return (
    <details>
      <summary className="mid">{t.health.elsewhere(urls.length)}</summary>
      <p className="small">{t.health.elsewhereWhy}</p>
      <ul>
        {urls.map((url) => (
          <li key={url} className="m small wrap">
            {url}
          </li>
        ))}
      </ul>
    </details>
  );
}

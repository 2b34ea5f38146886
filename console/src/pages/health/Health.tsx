import "./health.css";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, type Schemas, sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { stateOf, useHealth } from "../../shell/Lag";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Badge, Button, Empty, Skeleton, When } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { span } from "../../ui/format";
import { QueryFailure } from "../../ui/list";
import { Activity } from "./Activity";
import { Partners } from "./Partners";

type ChannelHealth = Schemas["ChannelHealth"];
const head = t.health.columns;
const STATE = {
  live: [t.health.live, "ok", "check"],
  slow: [t.health.slow, "warn", "alert-triangle"],
  failing: [t.health.failing, "danger", "x"],
  paused: [t.health.paused, "neutral", "player-pause"],
} as const;
const WORST = ["failing", "slow", "paused", "live"];

/** Is everything flowing, how late, since when. */
export function Health() {
  const { channels } = useNames();
  const health = useHealth();
  const [pausing, setPausing] = useState<string | null>(null);
  const rows = [...(health.data ?? [])].sort(
    (one, other) => WORST.indexOf(stateOf(one)) - WORST.indexOf(stateOf(other)),
  );
  return (
    <Page title={t.health.title}>
      <div className="cols one-column">
        <Activity />
        <QueryFailure query={health} />
        {health.isLoading && <Skeleton />}
        {channels.length === 0 && !health.isLoading && (
          <Empty title={t.health.empty} text={t.health.emptyWhy} />
        )}
        {rows.length > 0 && <ChannelsCard rows={rows} onPause={setPausing} />}
        <Partners />
      </div>
      {pausing && <Pause channel={pausing} onClose={() => setPausing(null)} />}
    </Page>
  );
}

interface ChannelsProps {
  rows: readonly ChannelHealth[];
  onPause: (channel: string) => void;
}

/** Every channel, the worst first: how far behind it is, and what waits for it. */
function ChannelsCard({ rows, onPause }: ChannelsProps) {
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
            <th className="h4 p2">{head.poll}</th>
            <th className="h3 num">{head.lag}</th>
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

/** How a channel does, in a word. */
export const ChannelState = ({ health }: { health: ChannelHealth }) => (
  <Badge look={[...STATE[stateOf(health)]]} />
);

function HealthRow({ health, onPause }: { health: ChannelHealth; onPause: () => void }) {
  const names = useNames();
  const name = names.channel(health.channel);
  const called = names.channels.find((each) => each.id === health.channel)?.kind !== "offline";
  const never = <span className="dim">{t.health.never}</span>;
  return (
    <tr>
      <td className="m">{name}</td>
      <td>
        <ChannelState health={health} />
      </td>
      <td className="mid">{health.last_event_at ? <When at={health.last_event_at} /> : never}</td>
      <td className="mid p2">{health.last_poll_at ? <When at={health.last_poll_at} /> : never}</td>
      <td className="num">{health.lag_seconds === null ? t.common.none : span(health.lag_seconds * 1000)}</td>
      <td className="problems">
        {called ? <Problems health={health} /> : <span className="dim">{t.health.offline}</span>}
      </td>
      <td>
        {called && (
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

interface ActionsProps {
  channel: string;
  name: string;
  paused: boolean;
  onPause: () => void;
}

/** Poll it now, pause it, resume it. */
export function ChannelActions({ channel, name, paused, onPause }: ActionsProps) {
  const can = useCan();
  const client = useQueryClient();
  const params = { path: { channel_id: channel } };
  const after = (text: string) => ({
    onSuccess: () => say(text),
    onSettled: () => client.invalidateQueries({ queryKey: ["health"] }),
  });
  const poll = useMutation({
    mutationFn: () => answerOf(api.POST("/channels/{channel_id}/poll", { params })),
    ...after(t.health.polled(name)),
  });
  const resume = useMutation({
    mutationFn: () => answerOf(api.POST("/channels/{channel_id}/resume", { params })),
    ...after(t.health.resumedToast(name)),
  });
  const error = poll.error ?? resume.error;
  return (
    <span className="row actions">
      {error && (
        <span className="danger small wrap" role="alert">
          {sentenceOf(error)}
        </span>
      )}
      {!paused && can("POST /channels/{channel_id}/poll") && (
        <Button small busy={poll.isPending} onClick={() => poll.mutate()}>
          {t.health.poll}
        </Button>
      )}
      {paused && can("POST /channels/{channel_id}/resume") && (
        <Button small busy={resume.isPending} onClick={() => resume.mutate()}>
          {t.health.resume}
        </Button>
      )}
      {!paused && can("POST /channels/{channel_id}/pause") && (
        <Button small look="quiet" onClick={onPause}>
          {t.health.pause}
        </Button>
      )}
    </span>
  );
}

/** Says what pausing does before it does. */
export function Pause({ channel, onClose }: { channel: string; onClose: () => void }) {
  const names = useNames();
  const client = useQueryClient();
  const name = names.channel(channel);
  const act = async () => {
    await answerOf(api.POST("/channels/{channel_id}/pause", { params: { path: { channel_id: channel } } }));
    client.invalidateQueries({ queryKey: ["health"] });
    say(t.health.pausedToast(name));
  };
  return (
    <Confirm title={t.health.pauseTitle(name)} confirm={t.health.pause} onClose={onClose} onConfirm={act}>
      <p>{t.health.pauseText}</p>
    </Confirm>
  );
}

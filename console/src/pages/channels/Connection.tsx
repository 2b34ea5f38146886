import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { startOf } from "../../search/days";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Failure, When } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { Icon } from "../../ui/Icon";
import { Check, Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { type Credential, credentialsOf, isRotated, type Part, waysOf } from "./kinds";

const text = t.setup.channels;
type Channel = Schemas["Channel"];
type Run = Schemas["LastConnection"];
const STEPS = ["webhooks", "listings", "orders"] as const;
const PLACES: Record<Schemas["ConnectStep"], number> = {
  webhooks: 0,
  listings: 1,
  orders: 2,
  done: 3,
  failed: 0,
};
const POLL_MS = 2_000;

/** Null where the channel was never connected. */
function useRun(channel: string) {
  return useQuery({
    queryKey: ["connection", channel],
    queryFn: async (): Promise<Run | null> => {
      const params = { path: { channel_id: channel } };
      try {
        return await answerOf(api.GET("/channels/{channel_id}/connection", { params }));
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data && !state.data.finished_at ? POLL_MS : false),
  });
}

/** How far connecting the channel is, what a check of it finds, and the way to connect it again. */
export function Connection({ channel }: { channel: Channel }) {
  const can = useCan();
  const [connecting, setConnecting] = useState(false);
  const run = useRun(channel.id);
  const check = useMutation({
    mutationFn: () =>
      answerOf(api.POST("/channels/{channel_id}/check", { params: { path: { channel_id: channel.id } } })),
  });
  return (
    <div className="col">
      <section className="card" aria-label={text.connection}>
        <header>
          <h2>{text.connection}</h2>
          <span className="row right">
            {!channel.awaits_connection && can("POST /channels/{channel_id}/check") && (
              <Button small busy={check.isPending} onClick={() => check.mutate()}>
                {text.check}
              </Button>
            )}
            {can("POST /channels/{channel_id}/connect") && (
              <Button small look={run.data ? "plain" : "primary"} onClick={() => setConnecting(true)}>
                {run.data ? text.connectAgain : text.connect}
              </Button>
            )}
          </span>
        </header>
        {run.isError && <Failure error={run.error} onRetry={() => run.refetch()} />}
        {run.data === null && (
          <p className="pad14 mid">
            <b className="b">{text.notConnected}</b> {text.notConnectedWhy}
          </p>
        )}
        {run.data && <Steps run={run.data} />}
      </section>
      {check.error && <Failure error={check.error} onRetry={() => check.mutate()} />}
      {check.data && <CheckResult checked={check.data} />}
      {connecting && (
        <Connect channel={channel} isAgain={Boolean(run.data)} onClose={() => setConnecting(false)} />
      )}
    </div>
  );
}

function Steps({ run }: { run: Run }) {
  const names = useNames();
  const ended = run.step === "done" || run.step === "failed";
  const { found = 0, listed = 0, before = 0, unmatched = 0 } = run;
  // A run that failed keeps no step: what it has done is told by its counts.
  const reached = PLACES[run.step ?? "webhooks"];
  return (
    <>
      <ol className="steps">
        {STEPS.map((step, place) => {
          const state = place < reached ? "done" : place === reached && !ended ? "now" : "later";
          return (
            <li key={step}>
              <Icon
                name={state === "done" ? "circle-check" : state === "now" ? "progress" : "circle-dashed"}
              />
              <span>
                {text.steps[step]}
                {step === "listings" && found > 0 && (
                  <span className="block small dim">
                    {text.listingCounts(found, listed, before, unmatched)}
                  </span>
                )}
                {step === "webhooks" && run.webhooks_refused && (
                  <span className="block small warn">{text.webhooksRefused(run.webhooks_refused)}</span>
                )}
              </span>
              <span className="small dim">{text.stepState[state]}</span>
            </li>
          );
        })}
      </ol>
      <p className="pad14 small mid">
        {run.paused_since && !ended && text.runPaused}
        {run.step === "failed" && (
          <span className="danger" role="alert">
            {text.runFailed} {names.said(run.failure ?? "")}
          </span>
        )}
        {run.step === "done" && run.finished_at && (
          <>
            {text.runDone} <When at={run.finished_at} />
          </>
        )}
        {unmatched > 0 && (
          <Link
            to="/channels/$id"
            params={{ id: run.channel }}
            search={{ tab: "unmatched" }}
            className="link block"
          >
            {text.unmatchedLink(unmatched)}
          </Link>
        )}
      </p>
    </>
  );
}

function CheckResult({ checked }: { checked: Schemas["Checked"] }) {
  const { webhooks, lacking } = checked;
  const isFine = lacking.length === 0 && !webhooks?.problem && !webhooks?.lost?.length;
  return (
    <div className={`note ${isFine ? "t-ok" : ""}`} role="status">
      <Icon name={isFine ? "circle-check" : "alert-triangle"} />
      <span className="t">
        <b className="b">{text.checkTitle}</b>
        <span className="block">
          {lacking.length ? `${text.checkLacks} ${lacking.join(", ")}.` : text.checkFine}
        </span>
        {webhooks && <span className="block">{text.webhooks(webhooks.topics?.length ?? 0)}</span>}
        {webhooks?.problem && <span className="block">{webhooks.problem}</span>}
        {webhooks?.lost && webhooks.lost.length > 0 && (
          <span className="block">{text.webhooksLost(webhooks.lost.join(", "))}</span>
        )}
        {webhooks?.elsewhere && webhooks.elsewhere.length > 0 && (
          <span className="block">{text.webhooksElsewhere(webhooks.elsewhere.join(", "))}</span>
        )}
      </span>
    </div>
  );
}

/** New credentials and what else a run of connecting takes; nothing that is stored is ever shown. */
function Connect({ channel, isAgain, onClose }: { channel: Channel; isAgain: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const { kind } = channel;
  const [way, setWay] = useState(0);
  const [typed, setTyped] = useState<Partial<Record<Part, string>>>({});
  const [{ since, rotate }, setRun] = useKept("connect", () => ({ since: "", rotate: false })); // no secret is kept
  const [tried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const asked = credentialsOf(kind, way);
  const ways = waysOf(kind).map((_, place) => ({
    value: String(place),
    label: text.ways[kind]?.[place] ?? "",
  }));
  const lacks = ({ part, isNeeded }: Credential) => isNeeded && !typed[part] && channel.awaits_connection;
  const problem = (each: Credential) => {
    if (tried && lacks(each)) return text.credentialMissing(each.label);
    const field = `credentials.${each.part === "webhook" ? "webhook_secrets" : each.part}`;
    return refusal?.errors.find((error) => error.field.startsWith(field))?.message;
  };
  const connect = async () => {
    setTried(true);
    setRefusal(null);
    const missing = asked.find(lacks);
    if (missing) throw new Refused(422, { detail: text.credentialMissing(missing.label) });
    const { webhook, ...given } = Object.fromEntries(
      asked.flatMap(({ part }) => (typed[part] ? [[part, typed[part]]] : [])),
    );
    const credentials = webhook ? { ...given, webhook_secrets: [webhook] } : given;
    const body = {
      credentials: Object.keys(credentials).length ? credentials : null,
      rotate_secret: rotate,
      orders_since: since ? startOf(since) : null,
    };
    const params = { path: { channel_id: channel.id } };
    try {
      await answerOf(api.POST("/channels/{channel_id}/connect", { params, body }));
    } catch (error) {
      setRefusal(error instanceof Refused ? error : null);
      throw error;
    }
    for (const queryKey of [
      ["connection", channel.id],
      ["health"],
      ["unmatched", channel.id],
      ["channel", channel.id],
      ["channels"],
    ])
      client.invalidateQueries({ queryKey });
    say(text.started);
  };
  return (
    <Confirm
      title={text.connectTitle(channel.name || channel.id)}
      confirm={text.connect}
      footnote={text.connectFoot}
      onClose={onClose}
      onConfirm={connect}
    >
      <p>{text.connectText}</p>
      {ways.length > 1 && (
        <Select
          label={text.signInBy}
          value={String(way)}
          options={ways}
          onChange={(value) => setWay(Number(value))}
        />
      )}
      {asked.map((each) => (
        <Input
          key={each.part}
          label={each.label}
          hint={each.hint}
          problem={problem(each)}
          type={each.part === "client_id" ? "text" : "password"}
          autoComplete="off"
          placeholder={channel.awaits_connection ? each.example : text.keep}
          value={typed[each.part] ?? ""}
          onChange={(value) => setTyped((before) => ({ ...before, [each.part]: value }))}
        />
      ))}
      <Input
        label={text.ordersSince}
        hint={text.ordersSinceHint}
        type="date"
        max="9999-12-31"
        value={since}
        onChange={(since) => setRun((before) => ({ ...before, since }))}
      />
      {isAgain && isRotated(kind) && (
        <Check checked={rotate} onChange={(rotate) => setRun((before) => ({ ...before, rotate }))}>
          {text.rotate}
        </Check>
      )}
    </Confirm>
  );
}

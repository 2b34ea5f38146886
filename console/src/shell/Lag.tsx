import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../api/client";
import { useNames } from "../api/queries";
import { useCan } from "../auth/context";
import { t } from "../texts";
import { span } from "../ui/format";

export type Health = Schemas["ChannelHealth"];

type State = "inactive" | "unconnected" | "paused" | "failing" | "slow" | "live";

/** How a channel does; one that was never connected is not called, so that nothing of it fails. */
export const stateOf = (health: Health): State => {
  if (!health.active) return "inactive";
  if (health.awaits_connection) return "unconnected";
  if (health.paused_since) return "paused";
  if (health.problems.length > 0 || health.notices_given_up > 0) return "failing";
  return health.is_late ? "slow" : "live";
};

/** The health of every channel that is called. */
export function useHealth() {
  const can = useCan();
  const { channels } = useNames();
  const ids = channels.map((each) => each.id);
  return useQuery({
    queryKey: ["health", ids],
    queryFn: () =>
      Promise.all(
        ids.map((channel_id) =>
          answerOf(api.GET("/channels/{channel_id}/health", { params: { path: { channel_id } } })),
        ),
      ),
    enabled: can("GET /channels/{channel_id}/health") && ids.length > 0,
    refetchInterval: 30_000,
  });
}

/** The worst of all channels, in the bar of every page. */
export function Lag() {
  const names = useNames();
  const can = useCan();
  const { data } = useHealth();
  if (!can("GET /channels/{channel_id}/health")) return null;
  if (!data) return <span className="pulse waits hide-s" />;
  const states = data
    .filter((each) => names.isReachable(each.channel))
    .map(stateOf)
    .filter((state) => state !== "inactive");
  const isUnconnected = states.length > 0 && states.every((state) => state === "unconnected");
  const of = (state: State) =>
    data.filter((each) => stateOf(each) === state).map((each) => names.channel(each.channel));
  const failing = of("failing");
  const slow = of("slow");
  const worst = Math.max(0, ...data.map((each) => each.lag_seconds ?? 0));
  const listed = (found: string[]) => (found.length > 2 ? `${found.length}` : found.join(" · "));
  const [dot, said] = (() => {
    if (failing.length) return ["d", t.bar.failing(listed(failing))];
    if (slow.length) return ["w", t.bar.late(listed(slow))];
    return isUnconnected ? ["n", t.bar.noChannel] : ["", t.bar.live];
  })();
  return (
    <Link to="/health" className="pulse hide-s">
      <span className={`dot ${dot}`} />
      {said}
      {dot === "" && <span className="dim">{span(worst * 1000)}</span>}
    </Link>
  );
}

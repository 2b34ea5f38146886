import type { Schemas } from "../../api/client";
import { stateOf } from "../../shell/Lag";
import { t } from "../../texts";
import { Badge } from "../../ui/bits";

const STATE = {
  inactive: [t.setup.inactive, "neutral", "ban"],
  unconnected: [t.health.unconnected, "neutral", "circle-dashed"],
  live: [t.health.live, "ok", "check"],
  slow: [t.health.slow, "warn", "alert-triangle"],
  failing: [t.health.failing, "danger", "x"],
  paused: [t.health.paused, "neutral", "player-pause"],
} as const;

/** How a channel does, in a word. */
export const ChannelState = ({ health }: { health: Schemas["ChannelHealth"] }) => (
  <Badge look={[...STATE[stateOf(health)]]} />
);

import "./health.css";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useChannels } from "../../api/queries";
import { useCan } from "../../auth/context";
import { stateOf, useHealth } from "../../shell/Lag";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Empty, Skeleton } from "../../ui/bits";
import { QueryFailure } from "../../ui/list";
import { Activity } from "./Activity";
import { Audits } from "./Audits";
import { Pause } from "./ChannelActions";
import { ChannelsCard } from "./ChannelsCard";
import { Partners } from "./Partners";

const WORST = ["failing", "slow", "unconnected", "paused", "live", "inactive"];

/** Is everything flowing, how late, since when; does what must agree. */
export function Health() {
  const channels = useChannels();
  const can = useCan();
  const health = useHealth();
  const [pausing, setPausing] = useState<string | null>(null);
  const rows = [...(health.data ?? [])].sort(
    (one, other) => WORST.indexOf(stateOf(one)) - WORST.indexOf(stateOf(other)),
  );
  return (
    <Page title={t.health.title}>
      <div className="cols one-column">
        <Activity />
        <QueryFailure query={channels.isError ? channels : health} />
        {(channels.isLoading || health.isLoading) && <Skeleton />}
        {channels.isSuccess && channels.data.items.length === 0 && (
          <Empty title={t.health.empty} text={t.health.emptyWhy}>
            {can("PUT /channels/{channel_id}") && (
              <Link className="btn" to="/channels">
                {t.orders.connect}
              </Link>
            )}
          </Empty>
        )}
        {rows.length > 0 && <ChannelsCard rows={rows} onPause={setPausing} />}
        <Partners />
        <Audits />
      </div>
      {pausing && <Pause channel={pausing} onClose={() => setPausing(null)} />}
    </Page>
  );
}

import "../setup/setup.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { useHealth } from "../../shell/Lag";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Badge, Button, Empty, Skeleton } from "../../ui/bits";
import { QueryFailure } from "../../ui/list";
import { ChannelState } from "../health/Health";
import { NewDialog } from "../setup/NewDialog";

const text = t.setup.channels;
const head = text.columns;
type Kind = Schemas["ChannelKind"];
export const KINDS = Object.keys(text.kind) as Kind[];

/** Where orders come from: each channel, how it does, and where its orders ship from. */
export function Channels() {
  const can = useCan();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const list = useQuery({ queryKey: ["channels"], queryFn: () => answerOf(api.GET("/channels")) });
  const channels = list.data?.items ?? [];
  const create = async ({ id, name, kind }: { id: string; name: string; kind: string }) => {
    const params = { path: { channel_id: id } };
    await answerOf(api.PUT("/channels/{channel_id}", { params, body: newChannel(name, kind as Kind) }));
    client.invalidateQueries({ queryKey: ["channels"] });
    say(text.created(name));
    navigate({ to: "/channels/$id", params: { id } });
  };
  const add = can("PUT /channels/{channel_id}") && (
    <Button small look="primary" icon="plus" className="right" onClick={() => setAdding(true)}>
      {text.add}
    </Button>
  );
  return (
    <Page title={text.title}>
      <QueryFailure query={list} />
      <div className="cols one-column">
        <section className="card" aria-label={text.title}>
          <header>
            <h2>{text.title}</h2>
            {add}
          </header>
          {list.isPending && <Skeleton rows={4} />}
          {list.isSuccess && channels.length === 0 && <Empty title={text.empty} text={text.emptyWhy} />}
          {channels.length > 0 && (
            <table className="tbl card-tbl setup-list">
              <thead>
                <tr>
                  <th>{head.name}</th>
                  <th className="w2">{head.kind}</th>
                  <th className="w1">{head.state}</th>
                  <th className="w2 p2">{head.from}</th>
                  <th className="p2">{head.problems}</th>
                </tr>
              </thead>
              <tbody>
                {channels.map((each) => (
                  <ChannelRow key={each.id} channel={each} />
                ))}
              </tbody>
            </table>
          )}
        </section>
      </div>
      {adding && (
        <NewDialog
          title={text.addTitle}
          confirm={text.addConfirm}
          kinds={KINDS.map((kind) => ({ value: kind, label: text.kind[kind] }))}
          taken={channels.map((each) => each.id)}
          onClose={() => setAdding(false)}
          onCreate={create}
        />
      )}
    </Page>
  );
}

/** Kinds that call an API elsewhere are saved once their address is known: it begins with the usual one. */
const ADDRESS: Partial<Record<Kind, string>> = {
  ebay: "https://api.ebay.com",
  amazon: "https://sellingpartnerapi-na.amazon.com",
};

const newChannel = (name: string, kind: Kind) => ({ name, kind, base_url: ADDRESS[kind] ?? null });

function ChannelRow({ channel }: { channel: Schemas["Channel"] }) {
  const names = useNames();
  const health = useHealth().data?.find((each) => each.channel === channel.id);
  const problems = health?.problems.map((each) => names.said(each.message)).join(" · ");
  return (
    <tr>
      <td>
        <Link to="/channels/$id" params={{ id: channel.id }} className="m">
          {channel.name || channel.id}
        </Link>
      </td>
      <td className="mid">{text.kind[channel.kind]}</td>
      <td>
        {channel.active === false ? (
          <Badge look={[t.setup.inactive, "neutral", "ban"]} />
        ) : (
          health && <ChannelState health={health} />
        )}
      </td>
      <td className="mid p2">{names.warehouse(channel.override_warehouse) || text.byRules}</td>
      <td className="mid p2" title={problems}>
        {problems || t.common.none}
      </td>
    </tr>
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AS_NEW, answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { useHealth } from "../../shell/Lag";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { ChannelState } from "../health/ChannelState";
import type { NewThing } from "../setup/NewDialog";
import { SettingsList } from "../setup/SettingsList";
import { type Kind, newChannel, questionsOf } from "./kinds";

const text = t.setup.channels;
const head = text.columns;
type Channel = Schemas["Channel"];
const KINDS = Object.keys(text.kind) as Kind[];

/** Where orders come from: each channel, how it does, and where its orders ship from. */
export function Channels() {
  const can = useCan();
  const names = useNames();
  const navigate = useNavigate();
  const client = useQueryClient();
  const health = useHealth().data;
  const list = useQuery({ queryKey: ["channels"], queryFn: () => answerOf(api.GET("/channels")) });
  const create = async ({ id, name, kind, answers }: NewThing) => {
    const params = { path: { channel_id: id } };
    await answerOf(
      api.PUT("/channels/{channel_id}", {
        params: { ...params, header: AS_NEW },
        body: newChannel(name, kind as Kind, answers),
      }),
    );
    client.invalidateQueries({ queryKey: ["channels"] });
    say(text.created(name));
    navigate({ to: "/channels/$id", params: { id } });
  };
  const healthOf = (channel: Channel) => health?.find((each) => each.channel === channel.id);
  return (
    <SettingsList
      title={text.title}
      head={head.name}
      to="/channels/$id"
      query={list}
      items={list.data?.items ?? []}
      empty={[text.empty, text.emptyWhy]}
      columns={[
        { head: head.kind, className: "w2", cell: (each) => text.kind[each.kind] },
        {
          head: head.state,
          className: "w1",
          cell: (each) => {
            const found = healthOf(each);
            return found && <ChannelState health={found} />;
          },
        },
        {
          head: head.from,
          className: "w2 p2",
          cell: (each) => names.warehouse(each.override_warehouse) || text.byRules,
        },
        {
          head: head.problems,
          className: "p2",
          cell: (each) => {
            const said = healthOf(each)?.problems.map((problem) => names.said(problem.message));
            return said?.length ? <span title={said.join(" · ")}>{said.join(" · ")}</span> : "";
          },
        },
      ]}
      adding={
        can("PUT /channels/{channel_id}") && {
          label: text.add,
          title: text.addTitle,
          confirm: text.addConfirm,
          kinds: KINDS.map((kind) => ({ value: kind, label: text.kind[kind] })),
          questions: (kind) => questionsOf(kind as Kind),
          create,
        }
      }
    />
  );
}

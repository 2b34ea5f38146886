import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AS_NEW, answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { ActiveBadge, SettingsList } from "../setup/SettingsList";

const text = t.setup.carriers;
const head = text.columns;
type Kind = Schemas["CarrierKind"];
const KINDS = Object.keys(text.kind) as Kind[];

/** The accounts that labels are bought with. */
export function Carriers() {
  const can = useCan();
  const navigate = useNavigate();
  const client = useQueryClient();
  const list = useQuery({ queryKey: ["carriers"], queryFn: () => answerOf(api.GET("/carriers")) });
  const create = async ({ id, name, kind }: { id: string; name: string; kind: string }) => {
    const params = { path: { carrier_id: id } };
    await answerOf(
      api.PUT("/carriers/{carrier_id}", {
        params: { ...params, header: AS_NEW },
        body: { name, kind: kind as Kind },
      }),
    );
    client.invalidateQueries({ queryKey: ["carriers"] });
    say(text.created(name));
    navigate({ to: "/carriers/$id", params: { id } });
  };
  return (
    <SettingsList
      title={text.title}
      head={head.name}
      to="/carriers/$id"
      query={list}
      items={list.data?.items ?? []}
      empty={[text.empty, text.emptyWhy]}
      columns={[
        { head: head.kind, className: "w2", cell: (each) => text.kind[each.kind] },
        { head: head.address, className: "p2", cell: (each) => each.base_url },
        {
          head: head.state,
          className: "w1",
          cell: (each) => <ActiveBadge active={each.active !== false} />,
        },
      ]}
      adding={
        can("PUT /carriers/{carrier_id}") && {
          label: text.add,
          title: text.addTitle,
          confirm: text.addConfirm,
          kinds: KINDS.map((kind) => ({ value: kind, label: text.kind[kind] })),
          create,
        }
      }
    />
  );
}

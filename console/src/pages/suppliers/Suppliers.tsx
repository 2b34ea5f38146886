import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AS_NEW, answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { ActiveBadge, SettingsList } from "../setup/SettingsList";

const text = t.setup.suppliers;
const head = text.columns;

/** Who ships orders for us, or sells to us. */
export function Suppliers() {
  const can = useCan();
  const names = useNames();
  const navigate = useNavigate();
  const client = useQueryClient();
  const list = useQuery({ queryKey: ["suppliers"], queryFn: () => answerOf(api.GET("/suppliers")) });
  const create = async ({ id, name }: { id: string; name: string }) => {
    const params = { path: { supplier_id: id } };
    await answerOf(
      api.PUT("/suppliers/{supplier_id}", { params: { ...params, header: AS_NEW }, body: { name } }),
    );
    client.invalidateQueries({ queryKey: ["suppliers"] });
    say(text.created(name));
    navigate({ to: "/suppliers/$id", params: { id } });
  };
  return (
    <SettingsList
      title={text.title}
      head={head.name}
      to="/suppliers/$id"
      query={list}
      items={list.data?.items ?? []}
      empty={[text.empty, text.emptyWhy]}
      columns={[
        { head: head.warehouses, cell: (each) => each.warehouses?.map(names.warehouse).join(" · ") },
        {
          head: head.transport,
          className: "w1",
          cell: (each) => (each.transport ? text.transport[each.transport.kind ?? ""] : text.noTransport),
        },
        {
          head: head.state,
          className: "w1",
          cell: (each) => <ActiveBadge active={each.active !== false} />,
        },
      ]}
      adding={
        can("PUT /suppliers/{supplier_id}") && {
          label: text.add,
          title: text.addTitle,
          confirm: text.addConfirm,
          create,
        }
      }
    />
  );
}

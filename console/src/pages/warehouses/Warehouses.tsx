import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AS_NEW, answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { ActiveBadge, SettingsList } from "../setup/SettingsList";

const text = t.setup.warehouses;
const head = text.columns;
type Kind = Schemas["WarehouseKind"];
const KINDS = ["own", "dropship", "3pl"] as const satisfies Kind[];

/** Where orders ship from. */
export function Warehouses() {
  const can = useCan();
  const { channels } = useNames();
  const navigate = useNavigate();
  const client = useQueryClient();
  const list = useQuery({ queryKey: ["warehouses"], queryFn: () => answerOf(api.GET("/warehouses")) });
  const amazon = channels.find((each) => each.kind === "amazon");
  /** One of Amazon's begins with the first channel of Amazon, whose account ships. */
  const kinds: readonly Kind[] = amazon ? [...KINDS, "fba"] : KINDS;
  const create = async ({ id, name, kind }: { id: string; name: string; kind: string }) => {
    const params = { path: { warehouse_id: id } };
    const fba = kind === "fba" && amazon ? { channel: amazon.id } : null;
    await answerOf(
      api.PUT("/warehouses/{warehouse_id}", {
        params: { ...params, header: AS_NEW },
        body: { name, kind: kind as Kind, fba },
      }),
    );
    client.invalidateQueries({ queryKey: ["warehouses"] });
    say(text.created(name));
    navigate({ to: "/warehouses/$id", params: { id } });
  };
  return (
    <SettingsList
      title={text.title}
      head={head.name}
      to="/warehouses/$id"
      query={list}
      items={list.data?.items ?? []}
      empty={[text.empty, text.emptyWhy]}
      columns={[
        { head: head.kind, className: "w2", cell: (each) => text.kind[each.kind ?? "own"] },
        {
          head: head.place,
          cell: (each) => [each.address?.city, each.address?.country].filter(Boolean).join(", "),
        },
        { head: head.cutOff, className: "w1 p2", cell: (each) => each.handling?.cut_off },
        {
          head: head.state,
          className: "w1",
          cell: (each) => <ActiveBadge active={each.active !== false} />,
        },
      ]}
      adding={
        can("PUT /warehouses/{warehouse_id}") && {
          label: text.add,
          title: text.addTitle,
          confirm: text.addConfirm,
          kinds: kinds.map((kind) => ({ value: kind, label: text.kind[kind] })),
          create,
        }
      }
    />
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { dateOf } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { type Supply, type SupplyByLine, supplyOf } from "./supply";

type Order = Schemas["OrderView"];
const REFRESH = 20_000;

/** What is bought or built for the lines that wait; null where none does, or the reader may not see it all. */
export function useSupply(order: Order): SupplyByLine | null {
  const can = useCan();
  const waits = order.status !== "cancelled" && order.lines.some((each) => each.short > 0);
  const enabled = waits && can("GET /purchase-orders") && can("GET /work-orders");
  const query = { order: order.id, unfinished: true, limit: 100 };
  const documents = useQuery({
    queryKey: ["supply", order.id],
    queryFn: async () => {
      const purchases = answerOf(api.GET("/purchase-orders", { params: { query } }));
      const works = answerOf(api.GET("/work-orders", { params: { query } }));
      return supplyOf((await purchases).items, (await works).items);
    },
    enabled,
    refetchInterval: REFRESH,
  });
  return useMemo(() => (enabled ? (documents.data ?? null) : null), [enabled, documents.data]);
}

/** Which documents bring what a line waits for, and when; or that none does. */
export function SupplyOf({ line, supply }: { line: Schemas["LineView"]; supply: readonly Supply[] }) {
  if (supply.length === 0)
    return (
      <p className="supply">
        <Icon name="clock" small />
        <span>
          {t.one.supply.none}{" "}
          {line.sku && (
            <Link to="/stock/$sku" params={{ sku: line.sku }} className="link">
              {t.one.supply.stock(line.name || line.sku)}
            </Link>
          )}
        </span>
      </p>
    );
  return supply.map((each) => (
    <p key={each.id} className="supply">
      <Icon name={each.kind === "purchase" ? "shopping-cart" : "tools"} small />
      <span>
        <Link
          to={each.kind === "purchase" ? "/purchase-orders/$id" : "/work-orders/$id"}
          params={{ id: each.id }}
          className="link code"
        >
          {each.id}
        </Link>{" "}
        {t.one.supply[each.kind](each.units)}
        {each.isDraft
          ? t.one.supply.draft
          : each.kind === "purchase" &&
            (each.expected ? t.one.supply.expected(dateOf(each.expected)) : t.one.supply.undated)}
      </span>
    </p>
  ));
}

import { useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { refreshOrders } from "../../api/queries";

/** Keep what the API answers, and have the lists read again. */
export function useOrderChange(order: Schemas["OrderView"]) {
  const client = useQueryClient();
  return async (call: Promise<Schemas["OrderView"]>) => {
    client.setQueryData(["order", order.id], await call);
    refreshOrders(client);
  };
}

import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { count, wholeOf } from "../../ui/format";
import { canBeSku } from "../products/searching";

const WAIT_MS = 300;

interface AvailableProps {
  sku: string;
  warehouse: string;
  /** The units that are wanted of it, as they are typed or stored. */
  units: string | number;
}

/** What a warehouse has available of a sku, and whether that is less than what is wanted of it. */
export function Available({ sku, warehouse, units }: AvailableProps) {
  const can = useCan();
  const [asked] = useDebouncedValue(sku.trim(), WAIT_MS);
  const stock = useQuery({
    queryKey: ["stock", "at", warehouse, asked],
    queryFn: () => answerOf(api.GET("/stock", { params: { query: { sku: asked, warehouse } } })),
    enabled: can("GET /stock") && canBeSku(asked) && warehouse !== "",
    retry: false,
  });
  if (!stock.data || asked !== sku.trim()) return <span className="dim">{t.common.none}</span>;
  const available = stock.data.items[0]?.available ?? 0;
  const isFewer = (wholeOf(String(units)) ?? 0) > available;
  return isFewer ? (
    <span className="chip t-warn">{t.transfers.only(count(available))}</span>
  ) : (
    <span>{count(available)}</span>
  );
}

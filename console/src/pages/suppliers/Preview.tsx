import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Failure, Skeleton } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { Scroll } from "../../ui/list";

const text = t.setup.layout;
const WAIT_MS = 600;

/** The newest orders that a supplier ships, of all its warehouses. */
function usePastOrders(warehouses: readonly string[]) {
  return useQuery({
    queryKey: ["orders", "of-supplier", warehouses],
    queryFn: async () => {
      const pages = await Promise.all(
        warehouses.map((warehouse) =>
          answerOf(api.GET("/orders", { params: { query: { warehouse, limit: 20 } } })),
        ),
      );
      return pages.flatMap((page) => page.items);
    },
    enabled: warehouses.length > 0,
  });
}

/** The number of the order's fulfilment order that a warehouse of the supplier has. */
async function memberOf(order: string, warehouses: readonly string[]): Promise<Schemas["Member"] | null> {
  const { fulfilments } = await answerOf(
    api.GET("/orders/{order_id}", { params: { path: { order_id: order } } }),
  );
  const found = fulfilments.find((each) => warehouses.includes(each.warehouse));
  return found ? { order, fulfilment: found.number } : null;
}

interface PreviewProps {
  supplier: Schemas["Supplier"];
  /** The layout as it is edited. */
  layout: Schemas["OrderLayout"] | null;
  /** What of the order is in the file. */
  about: string;
}

/** The file as the supplier would get it, of a past order, while its layout is edited. */
export function Preview({ supplier, layout, about }: PreviewProps) {
  const can = useCan();
  const warehouses = supplier.warehouses ?? [];
  const orders = usePastOrders(warehouses);
  const [chosen, setChosen] = useState<string | null>(null);
  const order = chosen ?? orders.data?.[0]?.id;
  const sent = JSON.stringify(layout);
  const [settled] = useDebouncedValue(sent, WAIT_MS);
  const mayLook = can("POST /suppliers/{supplier_id}/preview");
  const file = useQuery({
    queryKey: ["preview", supplier.id, order, settled],
    queryFn: async () => {
      const member = await memberOf(order ?? "", warehouses);
      if (!member) return null;
      const body = { fulfilments: [member], orders: JSON.parse(settled) };
      const params = { path: { supplier_id: supplier.id } };
      return answerOf(api.POST("/suppliers/{supplier_id}/preview", { params, body }));
    },
    enabled: mayLook && layout !== null && settled !== "null" && order !== undefined,
    placeholderData: keepPreviousData,
  });
  if (!layout || !mayLook) return null;
  return (
    <section className="card" aria-label={text.preview} aria-busy={file.isFetching}>
      <header>
        <h2>{text.preview}</h2>
        {orders.data && orders.data.length > 0 && (
          <select
            className="input small-input right"
            aria-label={text.previewOf}
            value={order}
            onChange={(event) => setChosen(event.target.value)}
          >
            {orders.data.map((each) => (
              <option key={each.id} value={each.id}>
                {each.number || each.channel_order_id}
              </option>
            ))}
          </select>
        )}
      </header>
      <p className="pad14 small dim">{about}</p>
      {orders.isSuccess && orders.data.length === 0 && <p className="pad14 mid">{text.previewNone}</p>}
      {warehouses.length === 0 && <p className="pad14 mid">{text.previewNone}</p>}
      {file.isError ? (
        <Misfit error={file.error} onRetry={() => file.refetch()} />
      ) : (
        file.isLoading && <Skeleton rows={2} />
      )}
      {!file.isError &&
        file.data?.items.map((each) => (
          <div key={each.name}>
            <p className="file-name code dim small">{each.name}</p>
            <Scroll label={each.name} className="file">
              <pre>{each.text}</pre>
            </Scroll>
            <p className="pad14 small dim" role="status">
              {text.rows(each.rows, each.text.length)}
            </p>
          </div>
        ))}
    </section>
  );
}

/** Which cells of this order the layout refuses; another failure may be tried again. */
function Misfit({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!(error instanceof Refused)) return <Failure error={error} onRetry={onRetry} />;
  return (
    <div className="note rule-note" role="alert">
      <Icon name="alert-triangle" />
      <span className="t">
        <b className="b">{text.misfit}</b>
        {error.errors.length === 0 && <span className="block">{error.message}</span>}
        {error.errors.map((each) => (
          <span key={`${each.field}-${each.message}`} className="block">
            <span className="code dim">{each.field}</span> {each.message}
          </span>
        ))}
      </span>
    </div>
  );
}

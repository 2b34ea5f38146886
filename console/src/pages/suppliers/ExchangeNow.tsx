import { useMutation } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Failure } from "../../ui/bits";

const text = t.setup.suppliers;

interface ExchangeProps {
  supplier: Schemas["Supplier"];
  /** Whether the page has changes that are not saved: files would go to the server of before. */
  isChanged: boolean;
}

/** What waits is sent and answers are fetched at once, whatever its times are. */
export function ExchangeNow({ supplier, isChanged }: ExchangeProps) {
  const can = useCan();
  const params = { path: { supplier_id: supplier.id } };
  const exchange = useMutation({
    mutationFn: () => answerOf(api.POST("/suppliers/{supplier_id}/send-now", { params })),
    onSuccess: () => say(text.exchanging(supplier.name || supplier.id)),
  });
  if (!supplier.transport || !can("POST /suppliers/{supplier_id}/send-now")) return null;
  return (
    <section className="card" aria-label={text.exchangeTitle}>
      <header>
        <h2>{text.exchangeTitle}</h2>
        <Button
          small
          className="right"
          busy={exchange.isPending}
          disabled={isChanged}
          onClick={() => exchange.mutate()}
        >
          {text.exchange}
        </Button>
      </header>
      {exchange.error && <Failure error={exchange.error} onRetry={() => exchange.mutate()} />}
      <p className="pad14 dim">{text.exchangeText}</p>
    </section>
  );
}

import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answerOf, api, Refused, type Schemas, sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Goods } from "../../ui/bits";
import { count } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { type OrderDraft, proposedOf } from "./placing";

const text = t.placing.way;
const WAIT_MS = 600;

/** Which warehouse would ship what of an order that is being written, once the reader stops typing. */
export function Way({ draft }: { draft: OrderDraft }) {
  const can = useCan();
  const sent = JSON.stringify(proposedOf(draft));
  const [settled] = useDebouncedValue(sent, WAIT_MS);
  const order: Schemas["ProposedOrder"] | null = JSON.parse(settled);
  const run = useQuery({
    queryKey: ["way", settled],
    queryFn: () => answerOf(api.POST("/routing/dry-run", { body: { order, details: 1 } })),
    enabled: order !== null && can("POST /routing/dry-run"),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  if (!can("POST /routing/dry-run")) return null;
  const lines = run.data?.orders[0]?.lines ?? [];
  return (
    <section className="card" aria-label={text.title} aria-busy={run.isFetching}>
      <header>
        <h2>{text.title}</h2>
        <span className="small dim right">{text.noStock}</span>
      </header>
      <div role="status">
        {order === null ? (
          <p className="mid pad14">{text.lacks}</p>
        ) : run.isError ? (
          <p className="warn pad14">{whyNot(run.error)}</p>
        ) : (
          <ul className="way">
            {lines.map((each) => (
              <WayOf key={each.line} line={each} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** What is wrong with the lines and the address; it is said again, at the fields, when the order is placed. */
const whyNot = (error: Error) =>
  error instanceof Refused && error.errors.length
    ? error.errors.map((each) => each.message).join("; ")
    : sentenceOf(error);

function WayOf({ line }: { line: Schemas["LineOutcome"] }) {
  const names = useNames();
  const choice = line.today;
  return (
    <li>
      <p>
        {count(line.quantity)} × <Goods name={line.name} sku={line.sku} />
      </p>
      {choice?.allocations.map((each) => (
        <p key={each.warehouse} className="row mid">
          <Icon name="building-warehouse" small />
          {text.from(count(each.quantity), names.warehouse(each.warehouse))}{" "}
          <span className="dim">{t.one.trace.rule[choice.routing.rule]}</span>
        </p>
      ))}
      {choice && choice.short > 0 && (
        <p>
          <span className="chip t-warn">
            <Icon name="clock" small />
            {t.one.short(choice.short)}
          </span>
        </p>
      )}
      {choice?.blocked && <p className="warn">{names.said(choice.blocked)}</p>}
    </li>
  );
}

import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { count } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { QueryFailure } from "../../ui/list";
import { PlaceShares, RuleShares } from "./Charts";
import { asSent, type Draft } from "./draft";
import { Moves } from "./Moves";
import { share } from "./outcome";

const text = t.routing.dry;
export const LASTS = [50, 100, 200] as const;
export type Last = (typeof LASTS)[number];
const WAIT_MS = 600;

/** Route the last orders again, today and with the draft, once somebody stops changing it. */
export function useDryRun(draft: Draft, last: Last) {
  const sent = JSON.stringify(asSent(draft));
  const [settled] = useDebouncedValue(sent, WAIT_MS);
  return useQuery({
    queryKey: ["dry-run", draft.base, settled, last],
    queryFn: () =>
      answerOf(api.POST("/routing/dry-run", { body: { last, details: last, draft: JSON.parse(settled) } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

interface DryRunProps {
  run: ReturnType<typeof useDryRun>;
  last: Last;
  changes: number;
  onLast: (last: Last) => void;
}

export function DryRun({ run, last, changes, onLast }: DryRunProps) {
  const found = run.data;
  return (
    <>
      <section className="card" aria-label={text.title} aria-busy={run.isFetching}>
        <header>
          <h2>{text.title}</h2>
          {found && <span className="dim">{text.about(found.today.orders)}</span>}
          <span className="right row">
            <span className="small dim hide-s" role="status">
              {run.isFetching ? text.running : text.noStock}
            </span>
            <select
              className="input small-input short-select"
              aria-label={text.howMany}
              value={last}
              onChange={(event) => onLast(Number(event.target.value) as Last)}
            >
              {LASTS.map((each) => (
                <option key={each} value={each}>
                  {text.orders(each)}
                </option>
              ))}
            </select>
            <Button
              small
              icon="refresh"
              aria-label={text.again}
              title={text.again}
              onClick={() => run.refetch()}
            />
          </span>
        </header>
        <QueryFailure query={run} />
        {run.isPending && <Skeleton rows={3} />}
        {found && found.today.orders === 0 && <Empty title={text.none} text={text.noneWhy} />}
        {found && found.today.orders > 0 && <Figures found={found} />}
      </section>
      {found && found.today.orders > 0 && (
        <>
          <div className="charts">
            <RuleShares found={found} />
            <PlaceShares found={found} />
          </div>
          {changes === 0 ? <p className="mid try">{text.same}</p> : <Moves found={found} />}
        </>
      )}
    </>
  );
}

function Figures({ found }: { found: Schemas["DryRun"] }) {
  const { today, draft } = found;
  const caught = (of: Schemas["Figures"]) => of.rules.catchall ?? 0;
  return (
    <div className="figures">
      <div>
        <span className="small dim">{text.differ}</span>
        <span className="v">
          {count(found.orders_differing)} <s>{text.of(count(today.orders))}</s>
        </span>
        <span className="small mid">{text.lines(found.lines_moving)}</span>
      </div>
      <Figure
        name={text.split}
        before={today.split_rate}
        after={draft.split_rate}
        by={draft.split_orders - today.split_orders}
      />
      <Figure
        name={text.short}
        before={today.short_rate}
        after={draft.short_rate}
        by={draft.short_lines - today.short_lines}
      />
      <Figure
        name={text.catchall}
        before={caught(today)}
        after={caught(draft)}
        by={Math.round((caught(draft) - caught(today)) * draft.lines)}
      />
    </div>
  );
}

/** A share of the draft beside today's; less is better. */
function Figure({ name, before, after, by }: { name: string; before: number; after: number; by: number }) {
  return (
    <div>
      <span className="small dim">{name}</span>
      <span className="v">{share(after)}</span>
      {by === 0 ? (
        <span className="small mid">{text.noChange}</span>
      ) : (
        <span className={`small ${by < 0 ? "ok" : "danger"}`}>
          <Icon name={by < 0 ? "trending-down" : "trending-up"} small />{" "}
          {by < 0 ? text.fewer(-by) : text.more(by)}, {text.was(share(before))}
        </span>
      )}
    </div>
  );
}

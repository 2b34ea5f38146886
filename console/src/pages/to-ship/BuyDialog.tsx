import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { batchKey, watchJob } from "../../shell/jobs";
import { t } from "../../texts";
import { Failure, Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { money } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { BoxChoice, ParcelFields, ServiceFields } from "./BuyTerms";
import {
  chosenIn,
  currencyIn,
  inWords,
  NO_TERMS,
  problemsOf,
  quoteKey,
  RATED,
  servicesIn,
  type Terms,
  type Wanted,
  wantedAt,
  wantedOf,
} from "./buying";
import { Prices } from "./Prices";
import { RateChoice, SlowNote } from "./RateChoice";
import { canBuy, keyOf, type Row } from "./rows";
import { refsOf } from "./useRows";

/** Carriers are asked so long after the last key. */
const WAIT_MS = 400;

interface BuyProps {
  rows: readonly Row[];
  onClose: () => void;
  onBought: () => void;
}

type Refs = Schemas["FulfilmentRef"][];

const asRow = (ref: Schemas["FulfilmentRef"]) => ({ order_id: ref.order, fulfilment: ref.fulfilment });

/** What carriers ask on these terms; what they asked on others stays until then. */
function useRates(refs: Refs, wanted: Wanted, enabled = true) {
  const fulfilments = refs.slice(0, RATED);
  return useQuery({
    queryKey: ["rates", fulfilments, wanted],
    queryFn: () => answerOf(api.POST("/label-batches/rates", { body: { fulfilments, wanted } })),
    enabled: enabled && fulfilments.length > 0,
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false, // prices stay as they are read
  });
}

/** What is typed, what carriers ask for it, and what would be bought of that. */
function useBuying(rows: readonly Row[]) {
  const refs = refsOf(rows.filter(canBuy));
  const [terms, setTerms] = useState(NO_TERMS);
  const [key, choose] = useState("");
  const [settled] = useDebouncedValue(terms, WAIT_MS);
  const open = useRates(refs, wantedOf({ ...NO_TERMS, box: settled.box }, null, ""));
  const known = rows.length === 1 ? open.data?.items[0]?.rates?.package : null;
  const currency = currencyIn(open.data?.items ?? []) ?? "";
  const problems = problemsOf(terms, known);
  const wanted = wantedOf(settled, known, currency);
  const rates = useRates(refs, wanted, problemsOf(settled, known).size === 0);
  const items = rates.data?.items ?? [];
  const only = rows.length === 1 ? items[0] : undefined;
  const quotes = only?.rates?.items ?? [];
  const quote = quotes.find((each) => quoteKey(each) === key && !each.rejected) ?? chosenIn(only);
  const rated = new Map(items.map((each) => [keyOf(asRow(each)), each]));
  const buyable = refs.filter((ref) => {
    const found = rated.get(keyOf(asRow(ref)));
    return !found || chosenIn(found) !== undefined;
  });
  const isAsking =
    refs.length > 0 &&
    problems.size === 0 &&
    (rates.isPending || rates.isPlaceholderData || terms !== settled);
  const one = quote && only ? { quote, quotes } : undefined;
  return {
    terms,
    change: (part: Partial<Terms>) => setTerms((before) => ({ ...before, ...part })),
    choose,
    problems,
    known,
    currency,
    services: servicesIn(open.data?.items ?? []),
    rates,
    rated,
    refs,
    buyable,
    isAsking,
    one,
    wanted: one ? wantedAt(wanted, one.quote) : wanted,
  };
}

type Buying = ReturnType<typeof useBuying>;

/** What labels will cost and which orders stay behind, before anything is bought; of one label, which rate. */
export function BuyDialog({ rows, onClose, onBought }: BuyProps) {
  const client = useQueryClient();
  const buying = useBuying(rows);
  const { buyable, rates, isAsking, wanted } = buying;
  const buy = async () => {
    const batch = await answerOf(api.POST("/label-batches", { body: { fulfilments: buyable, wanted } }));
    client.setQueryData(batchKey(batch.id), batch);
    watchJob(batch.id);
    onBought();
  };
  const none = buyable.length === 0;
  return (
    <Confirm
      title={none ? t.buy.noneTitle : t.buy.title(buyable.length)}
      confirm={none ? t.toShip.buy : t.buy.confirm(buyable.length)}
      disabled={isAsking || rates.isError || buying.problems.size > 0 || none}
      footnote={t.buy.undo}
      onClose={onClose}
      onConfirm={buy}
    >
      <Outcome rows={rows} buying={buying} />
      {rates.isError && <Failure error={rates.error} onRetry={() => rates.refetch()} />}
      <Offers rows={rows} buying={buying} />
      <TermFields rows={rows} buying={buying} />
      <ul className="facts">
        <li>
          <Icon name="printer" /> {t.buy.print}
        </li>
        <li>
          <Icon name="building-store" /> {t.buy.channels}
        </li>
      </ul>
    </Confirm>
  );
}

interface PartProps {
  rows: readonly Row[];
  buying: Buying;
}

const howOf = ({ wanted: { carrier, service } }: Buying) => {
  if (carrier && service) return t.buy.withService(carrier, inWords(service));
  return carrier ? t.buy.cheapestOf(carrier) : t.buy.cheapest;
};

/** What all of it costs, and how many stay behind. */
function Outcome({ rows, buying }: PartProps) {
  const { buyable, isAsking, one, rates, refs } = buying;
  if (isAsking)
    return (
      <p className="mid" role="status">
        {t.buy.pricing}…
      </p>
    );
  if (buyable.length === 0) return <p>{t.buy.none}</p>;
  const sum = one ? money(one.quote.rate.price) : rates.data?.total.map(money).join(" + ");
  const total = sum && refs.length > RATED ? t.buy.ofFirst(sum, RATED) : sum;
  const left = rows.length - buyable.length;
  return (
    <p role="status">
      {t.buy.outcome(buyable.length, total, howOf(buying))} {left > 0 && t.buy.left(left)}
    </p>
  );
}

/** The rates of one label to choose from, or the chosen one of each. */
function Offers({ rows, buying }: PartProps) {
  const { choose, isAsking, one, rated, rates } = buying;
  const [row] = rows;
  if (isAsking && !rates.data) return <Skeleton rows={Math.min(rows.length, 6)} />;
  if (!one || !row) return <Prices rows={rows} rated={rated} />;
  return (
    <>
      <RateChoice quotes={one.quotes} chosen={one.quote} onChoose={choose} />
      <SlowNote row={row} quote={one.quote} />
    </>
  );
}

/** What may be said of the labels: of one its parcel, of several their service. */
function TermFields({ rows, buying }: PartProps) {
  const { refs, terms, problems, change, known, services, currency } = buying;
  if (refs.length === 0) return null;
  const common = { terms, problems, onChange: change };
  return (
    <>
      <BoxChoice rows={rows} terms={terms} onChange={change} />
      {rows.length === 1 ? (
        <ParcelFields {...common} known={known} />
      ) : (
        <ServiceFields {...common} services={services} currency={currency} />
      )}
    </>
  );
}

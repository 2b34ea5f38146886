import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useAccount, useNames } from "../../api/queries";
import { batchKey, watchJob } from "../../shell/jobs";
import { t } from "../../texts";
import { Failure, Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { money } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { Select } from "../../ui/inputs";
import { boxesAt, canBuy, keyOf, type Row } from "./rows";
import { refsOf } from "./useRows";

type Rated = Schemas["RateRow"];
/** Above this many only what stays behind is listed. */
const LISTED = 20;
/** So many are rated at once; the prices of the others are asked for when they are bought. */
const RATED = 50;

/** What is not said is chosen for each label: its cheapest rate that arrives in time. */
const WANTED: Schemas["WantedLabel"] = {
  account: null,
  carrier: null,
  service: null,
  max_price: null,
  package: null,
  box: null,
  format: null,
};

interface BuyProps {
  rows: readonly Row[];
  onClose: () => void;
  onBought: () => void;
}

/** What labels will cost and which orders stay behind, before anything is bought. */
export function BuyDialog({ rows, onClose, onBought }: BuyProps) {
  const client = useQueryClient();
  const refs = refsOf(rows.filter(canBuy));
  const asked = refs.slice(0, RATED);
  const [box, setBox] = useState<string | null>(null);
  const wanted = { ...WANTED, box };
  const rates = useQuery({
    queryKey: ["rates", asked, box],
    queryFn: () => answerOf(api.POST("/label-batches/rates", { body: { fulfilments: asked, wanted } })),
    enabled: asked.length > 0,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const rated = new Map(
    rates.data?.items.map((each) => [keyOf({ order_id: each.order, fulfilment: each.fulfilment }), each]),
  );
  const buyable = refs.filter(
    (ref) => !rates.data || !rated.has(keyOf(asRow(ref))) || priceOf(rated.get(keyOf(asRow(ref)))),
  );
  const buy = async () => {
    const batch = await answerOf(api.POST("/label-batches", { body: { fulfilments: buyable, wanted } }));
    client.setQueryData(batchKey(batch.id), batch);
    watchJob(batch.id);
    onBought();
  };
  const left = rows.length - buyable.length;
  const total = rates.data?.total.map(money).join(" + ");
  return (
    <Confirm
      title={buyable.length === 0 ? t.buy.noneTitle : t.buy.title(buyable.length)}
      confirm={buyable.length === 0 ? t.toShip.buy : t.buy.confirm(buyable.length)}
      disabled={rates.isPending || buyable.length === 0}
      footnote={t.buy.undo}
      onClose={onClose}
      onConfirm={buy}
    >
      {refs.length > 0 && <BoxChoice rows={rows} value={box} onChoose={setBox} />}
      {rates.isPending && refs.length > 0 ? (
        <p className="mid" role="status">
          {t.buy.pricing}…
        </p>
      ) : (
        <p>
          {buyable.length === 0 ? t.buy.none : t.buy.outcome(buyable.length, total)}{" "}
          {left > 0 && buyable.length > 0 && t.buy.left(left)}
        </p>
      )}
      {rates.isError && <Failure error={rates.error} onRetry={() => rates.refetch()} />}
      {rates.isPending && refs.length > 0 ? (
        <Skeleton rows={Math.min(rows.length, 6)} />
      ) : (
        <Prices rows={rows} rated={rated} />
      )}
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

interface BoxChoiceProps {
  rows: readonly Row[];
  value: string | null;
  onChoose: (box: string | null) => void;
}

/** The box that all of them go in, where their warehouses have box sizes. */
function BoxChoice({ rows, value, onChoose }: BoxChoiceProps) {
  const { data: account } = useAccount();
  const boxes = boxesAt(account?.boxes ?? [], rows);
  if (boxes.length === 0) return null;
  const sizes = boxes.map(({ id, name, length_mm, width_mm, height_mm }) => ({
    value: id,
    label: t.box.size(name || id, length_mm, width_mm, height_mm),
  }));
  return (
    <Select
      label={t.box.label}
      value={value ?? ""}
      options={[{ value: "", label: t.box.bySize }, ...sizes]}
      onChange={(box) => onChoose(box || null)}
    />
  );
}

const asRow = (ref: Schemas["FulfilmentRef"]) => ({ order_id: ref.order, fulfilment: ref.fulfilment });

const quoteOf = (rated: Rated | undefined) =>
  rated?.rates?.items.find(
    (each) => each.rate.id === rated.rates?.chosen && (each.account ?? "") === rated.rates?.account,
  ) ?? rated?.rates?.items.find((each) => each.rate.id === rated.rates?.chosen);
const priceOf = (rated: Rated | undefined) => (rated?.rates?.chosen ? quoteOf(rated)?.rate.price : undefined);

function Prices({ rows, rated }: { rows: readonly Row[]; rated: ReadonlyMap<string, Rated> }) {
  const names = useNames();
  const of = (row: Row) => rated.get(keyOf(row));
  const failing = (row: Row) => !canBuy(row) || (rated.has(keyOf(row)) && !priceOf(of(row)));
  const sorted = [...rows].sort((one, other) => Number(failing(other)) - Number(failing(one)));
  const listed = rows.length > LISTED ? sorted.filter(failing) : sorted;
  if (listed.length === 0) return null;
  return (
    <table className="tbl card-tbl prices">
      <tbody>
        {listed.map((row) => {
          const quote = quoteOf(of(row));
          const fails = failing(row);
          return (
            <tr key={keyOf(row)} className={fails ? "left" : undefined}>
              <td className="m code" title={row.number}>
                {row.number}
              </td>
              <td>
                {fails ? (
                  <span className="warn wrap">{names.said(whyNot(row, of(row)))}</span>
                ) : (
                  quote && (
                    <>
                      {quote.rate.carrier} {quote.rate.service}{" "}
                      {quote.rate.days != null && <span className="dim">{t.buy.days(quote.rate.days)}</span>}
                    </>
                  )
                )}
              </td>
              <td className="num">{fails ? t.common.none : money(priceOf(of(row)))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function whyNot(row: Row, rated: Rated | undefined): string {
  if (row.fulfilment === null) return t.toShip.notHandedOver;
  if (!canBuy(row)) return row.checks.map((each) => t.check[each].long).join(". ") || t.buy.notHere;
  const named = rated?.errors.map((each) => each.message).join("; ");
  return named || rated?.message || rated?.rates?.reason || t.common.noAnswer;
}

import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { momentsOf } from "../../search/days";
import { FLAGS, type OrderListSearch, orderListSearch, SORTS, STATUSES } from "../../search/orders";
import { SavedViews } from "../../shell/SavedViews";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { DayFilter } from "../../ui/DayFilter";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar, ListSearchField, valuesIn } from "../../ui/FilterBar";
import { asOptions, CsvButton, choices } from "../../ui/list";
import { useSetSearch } from "../../ui/useSearch";

type Order = Schemas["OrderSummary"];

/** The filters of the page as the API takes them: days are moments of the reader's clock. */
export function queryOf({ placed, ship_by, ...search }: OrderListSearch, now: number) {
  const { from: placed_from, to: placed_to } = momentsOf(placed, now);
  const { from: ship_by_from, to: ship_by_to } = momentsOf(ship_by, now);
  return { ...search, placed_from, placed_to, ship_by_from, ship_by_to };
}

export const pageOf = (query: ReturnType<typeof queryOf>, limit: number, cursor: Cursor) =>
  answerOf(api.GET("/orders", { params: { query: { ...query, limit, cursor } } }));

interface FiltersProps {
  search: OrderListSearch;
  orders: readonly Order[];
  mayPlace: boolean;
  onPlace: () => void;
}

export function Filters({ search, orders, mayPlace, onPlace }: FiltersProps) {
  const names = useNames();
  const label = t.orders.filters;
  const { set, find } = useSetSearch<OrderListSearch>();
  const read = (cursor: Cursor) => pageOf(queryOf(search, Date.now()), PAGE_ROWS, cursor);
  return (
    <FilterBar
      right={
        <>
          <SavedViews list="orders" search={search} known={orderListSearch} />
          <CsvButton name="orders" empty={orders.length === 0} read={read} table={csvOf} />
          {mayPlace && (
            <Button small look="primary" icon="plus" keyName="N" onClick={onPlace}>
              {t.placing.make}
            </Button>
          )}
        </>
      }
    >
      <ListSearchField value={search.q} onChange={find} />
      <Filter
        label={label.status}
        value={search.status}
        options={STATUSES.map((value) => ({ value, label: t.order.status[value] }))}
        onChange={(status) => set({ status: status as Schemas["Status"] | undefined })}
      />
      <Filter
        label={label.flag}
        value={search.flag}
        options={FLAGS.map((value) => ({ value, label: t.order.flag[value] }))}
        onChange={(flag) => set({ flag: flag as Schemas["Flag"] | undefined })}
      />
      <DayFilter
        label={label.placed}
        value={search.placed}
        periods={["today", "yesterday", "last-7", "last-30"]}
        onChange={(placed) => set({ placed })}
      />
      <DayFilter
        label={label.shipBy}
        value={search.ship_by}
        periods={["today", "tomorrow", "next-7"]}
        onChange={(ship_by) => set({ ship_by })}
      />
      <Filter
        label={label.channel}
        value={search.channel}
        options={asOptions(names.channels)}
        onChange={(channel) => set({ channel })}
      />
      <Filter
        label={label.warehouse}
        value={search.warehouse}
        options={asOptions(names.warehouses)}
        onChange={(warehouse) => set({ warehouse })}
      />
      <Filter
        label={label.service}
        value={search.delivery_method}
        options={valuesIn(orders, (order) => [order.delivery_method])}
        onChange={(delivery_method) => set({ delivery_method })}
      />
      <Filter
        label={label.tag}
        value={search.tag}
        options={valuesIn(orders, (order) => order.tags)}
        onChange={(tag) => set({ tag })}
      />
      <Filter
        label={label.sort}
        value={search.sort}
        options={choices(t.orders.sorts)}
        onChange={(sort) => set({ sort: SORTS.find((each) => each === sort) })}
      />
    </FilterBar>
  );
}

/** Who bought it; whom it goes to where the channel names no buyer. */
export const buyerOf = ({ customer, recipient }: Order) => customer.name || recipient;

const csvOf = (orders: readonly Order[]) => [
  [
    "number",
    "channel",
    "status",
    "flags",
    "buyer",
    "units",
    "warehouses",
    "total",
    "currency",
    "placed_at",
    "ship_by",
  ],
  ...orders.map((each) => [
    each.number,
    each.channel,
    each.status,
    each.flags.join(" "),
    buyerOf(each),
    each.units,
    each.warehouses.join(" "),
    each.total?.amount,
    each.total?.currency,
    each.placed_at,
    each.ship_by,
  ]),
];

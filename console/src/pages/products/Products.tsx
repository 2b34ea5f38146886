import "../setup/setup.css";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import type { ProductsSearch } from "../../search/goods";
import { useReturn } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { FilterBar, ListSearchField } from "../../ui/FilterBar";
import { count } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { ListTable, useFirstRow } from "../../ui/ListTable";
import { CsvButton, QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { listKeys, useCurrent } from "../../ui/useList";
import { useSetSearch } from "../../ui/useSearch";
import { NewProduct } from "./NewProduct";
import { searchProducts } from "./searching";

const route = getRouteApi("/products");
const text = t.products;
const head = text.columns;

/** Every product, by sku. */
export function Products() {
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const can = useCan();
  const [adding, setAdding] = useState(false);
  const { find } = useSetSearch<ProductsSearch>();
  const list = useInfiniteQuery({
    queryKey: ["products", q],
    queryFn: ({ pageParam }) => searchProducts(q, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  });
  const products = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const isReadOn = useFirstRow(list, products.length);
  const skus = useMemo(() => products.map((each) => each.sku), [products]);
  const { current, setCurrent, move } = useCurrent(skus);
  useReturn("/products", skus, setCurrent);
  const open = useCallback(
    (sku: string | undefined) => sku && navigate({ to: "/products/$sku", params: { sku } }),
    [navigate],
  );
  useKeys({
    ...listKeys(move, () => open(products[current]?.sku)),
  });
  return (
    <Page title={text.title}>
      <FilterBar
        right={
          <>
            <CsvButton
              name="products"
              empty={products.length === 0}
              read={(cursor) => searchProducts(q, cursor)}
              table={csvOf}
            />
            {can("PUT /products/{sku}") && (
              <Button small look="primary" icon="plus" onClick={() => setAdding(true)}>
                {text.add}
              </Button>
            )}
          </>
        }
      >
        <ListSearchField value={q} label={text.find} onChange={find} />
      </FilterBar>
      <QueryFailure query={list} />
      <div className="tablewrap">
        {(list.isPending || isReadOn) && <Skeleton />}
        {list.isSuccess && products.length === 0 && !isReadOn && (
          <Empty title={q ? text.noMatch(q) : text.empty} text={q ? undefined : text.emptyWhy}>
            {q && <Button onClick={() => find(undefined)}>{t.common.clearFilters}</Button>}
            {!q && can("PUT /products/{sku}") && (
              <Button icon="plus" onClick={() => setAdding(true)}>
                {text.add}
              </Button>
            )}
            {!q && can("PUT /channels/{channel_id}") && (
              <Link className="btn" to="/channels">
                {t.orders.connect}
              </Link>
            )}
          </Empty>
        )}
        {products.length > 0 && (
          <ListTable
            label={text.title}
            className="rows setup-list"
            head={heads}
            rows={products}
            current={current}
            currentKey={skus[current]}
            list={list}
            draw={(product, place, isCurrent) => (
              <ProductRow
                key={product.sku}
                product={product}
                place={place}
                isCurrent={isCurrent}
                onOpen={open}
              />
            )}
          />
        )}
      </div>
      {adding && <NewProduct onClose={() => setAdding(false)} onCreated={open} />}
    </Page>
  );
}

const csvOf = (products: readonly Schemas["Product"][]) => [
  ["sku", "name", "kind", "barcode", "weight_g", "needs_review"],
  ...products.map((each) => [
    each.sku,
    each.name,
    each.kind,
    each.barcode,
    each.weight_g,
    each.needs_review ?? false,
  ]),
];

const heads = (
  <>
    <th className="w2">{head.sku}</th>
    <th>{head.name}</th>
    <th className="w3">{head.kind}</th>
    <th className="w1 p2">{head.barcode}</th>
    <th className="w3 num p2">{head.weight}</th>
    <th className="w1">{head.review}</th>
  </>
);

interface RowProps {
  product: Schemas["Product"];
  place: number;
  isCurrent: boolean;
  onOpen: (sku: string) => void;
}

const ProductRow = memo(function ProductRow({ product: each, place, isCurrent, onOpen }: RowProps) {
  return (
    <tr aria-rowindex={place + 2} className={isCurrent ? "cur" : undefined} onClick={() => onOpen(each.sku)}>
      <td>
        <Link
          to="/products/$sku"
          params={{ sku: each.sku }}
          className="m code"
          onClick={(event) => event.stopPropagation()}
        >
          {each.sku}
        </Link>
      </td>
      <td title={each.name}>{each.name || t.common.none}</td>
      <td className="mid">{text.kind[each.kind ?? "stocked"]}</td>
      <td className="mid code p2">{each.barcode ?? t.common.none}</td>
      <td className="num mid p2">{each.weight_g ? `${count(each.weight_g)} g` : t.common.none}</td>
      <td>
        {each.needs_review && (
          <span className="chip t-warn">
            <Icon name="alert-triangle" small />
            {text.review}
          </span>
        )}
      </td>
    </tr>
  );
});

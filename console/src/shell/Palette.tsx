import { useDebouncedValue } from "@mantine/hooks";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { answerOf, api } from "../api/client";
import { useCan } from "../auth/context";
import { canBeSku, offersFor } from "../pages/products/searching";
import { t } from "../texts";
import { Button, ORDER_STATUS } from "../ui/bits";
import { Dialog } from "../ui/Dialog";
import { listed, when } from "../ui/format";
import { Icon, type IconName } from "../ui/Icon";
import { takeTyped } from "./overlays";
import { PAGES } from "./pages";

const MOST_PRODUCTS = 5;

interface Hit {
  key: string;
  group: string;
  icon: IconName;
  title: string;
  text: string;
  open: () => void;
}

/** What was typed or scanned, as orders, products and pages; an exact hit opens at Enter without a choice. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(0);
  const hits = useHits(query.trim(), onClose);
  const list = useId();
  const current = hits.found[Math.min(place, hits.found.length - 1)];
  /** Enter came before the answer to what was typed or scanned: its first hit opens once that is there. */
  const [isEntered, setEntered] = useState(false);
  const [first] = hits.found;
  useEffect(() => {
    if (!isEntered || hits.busy) return;
    setEntered(false);
    if (hits.failed.length === 0) first?.open(); // else what was meant may be among what was not searched
  }, [isEntered, hits.busy, hits.failed.length, first]);
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setPlace((at) => Math.max(0, Math.min(hits.found.length - 1, at + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (hits.busy) setEntered(true);
      else current?.open();
    }
  };
  return (
    <Dialog
      onClose={onClose}
      withCloseButton={false}
      size={560}
      padding={0}
      yOffset="12vh"
      centered={false}
      aria-label={t.palette.label}
    >
      <div className="palette-head">
        <Icon name="search" />
        <input
          data-autofocus
          role="combobox"
          aria-expanded={hits.found.length > 0}
          aria-controls={list}
          aria-activedescendant={current ? `${list}-${current.key}` : undefined}
          aria-label={t.palette.label}
          placeholder={t.palette.placeholder}
          value={query}
          onFocus={() => {
            const before = takeTyped();
            if (before) setQuery((now) => now + before);
          }}
          onChange={(event) => {
            setQuery(event.target.value);
            setPlace(0);
            setEntered(false);
          }}
          onKeyDown={keys}
        />
      </div>
      <div id={list} role="listbox" aria-label={t.palette.label} className="palette-list">
        {hits.found.map((hit, at) => (
          <div key={hit.key}>
            {hits.found[at - 1]?.group !== hit.group && <div className="sh">{hit.group}</div>}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the field, as of every combobox */}
            <div
              id={`${list}-${hit.key}`}
              role="option"
              tabIndex={-1}
              aria-selected={hit === current}
              className="hit"
              onClick={hit.open}
              onMouseMove={() => setPlace(at)}
            >
              <Icon name={hit.icon} />
              <span className="m code">{hit.title}</span>
              <span className="dim cut grow">{hit.text}</span>
              {hit === current && <kbd>↵</kbd>}
            </div>
          </div>
        ))}
        {hits.failed.length > 0 && (
          <p className="palette-none" role="alert">
            {t.palette.failed(query.trim())}{" "}
            <Button small onClick={() => hits.failed.map((each) => each.refetch())}>
              {t.common.retry}
            </Button>
          </p>
        )}
        {hits.found.length === 0 && hits.failed.length === 0 && (
          <p className="dim palette-none" role="status">
            {query.trim() && !hits.busy ? t.palette.nothing(query.trim()) : t.palette.hint}
          </p>
        )}
      </div>
    </Dialog>
  );
}

interface Hits {
  found: Hit[];
  /** Whether some of it is still of what was typed before. */
  busy: boolean;
  /** What could not be searched: its request failed, or waits for a connection. */
  failed: Pick<UseQueryResult, "refetch">[];
}

/** What matches. */
function useHits(query: string, onClose: () => void): Hits {
  const can = useCan();
  const navigate = useNavigate();
  const [asked] = useDebouncedValue(query, 150);
  const orders = useQuery({
    queryKey: ["search", "orders", asked],
    queryFn: () => answerOf(api.GET("/orders", { params: { query: { q: asked, limit: 8 } } })),
    enabled: can("GET /orders") && asked.length > 1,
    placeholderData: (before) => before,
  });
  const products = useQuery({
    ...offersFor(asked.trim()),
    enabled: can("GET /products") && can("GET /stock") && asked.length > 1 && canBeSku(asked.trim()),
  });
  const numbered = useNumbered(asked);
  const go = (to: () => void) => () => {
    onClose();
    to();
  };
  const matching = PAGES.filter(
    (each) => can(each.needs) && each.label.toLowerCase().includes(query.toLowerCase()),
  );
  const pages = matching.map((each) => ({
    key: each.to,
    group: t.palette.pages,
    icon: each.icon,
    title: each.label,
    text: "",
    open: go(() => navigate({ to: each.to })),
  }));
  if (query.length < 2) return { found: pages, busy: false, failed: [] };
  const found: Hit[] = (orders.data?.items ?? []).map((each) => ({
    key: each.id,
    group: t.palette.orders,
    icon: "receipt",
    title: each.number,
    text: listed(each.customer.name, ORDER_STATUS[each.status][0], when(each.placed_at, Date.now())),
    open: go(() => navigate({ to: "/orders/$id", params: { id: each.id } })),
  }));
  if (orders.data?.next)
    found.push({
      key: "all-orders",
      group: t.palette.orders,
      icon: "search",
      title: t.palette.all(asked),
      text: "",
      open: go(() => navigate({ to: "/orders", search: { q: asked } })),
    });
  for (const { sku, name } of products.data?.slice(0, MOST_PRODUCTS) ?? [])
    found.push({
      key: `sku-${sku}`,
      group: t.palette.products,
      icon: "tag",
      title: sku,
      text: name ?? "",
      open: go(() => navigate({ to: "/stock/$sku", params: { sku } })),
    });
  if (numbered)
    found.push({
      key: numbered.id,
      group: numbered.group,
      icon: numbered.icon,
      title: numbered.id,
      text: "",
      open: go(() => navigate({ to: numbered.to, params: { id: numbered.id } })),
    });
  const searched = [orders, products];
  const failed = searched.filter((each) => each.isError || each.isPaused);
  const isAwaited = searched.some((each) => !each.isPaused && (each.isLoading || each.isPlaceholderData));
  return { found: [...found, ...pages], busy: isAwaited || asked !== query, failed };
}

const NUMBERED = {
  PO: {
    to: "/purchase-orders/$id",
    needs: "GET /purchase-orders",
    group: t.nav.purchases,
    icon: "shopping-cart",
  },
  WO: { to: "/work-orders/$id", needs: "GET /work-orders", group: t.nav.works, icon: "tools" },
  TO: {
    to: "/transfers/$id",
    needs: "GET /transfer-orders",
    group: t.nav.transfers,
    icon: "arrows-exchange",
  },
} as const;

/** The document that a number names, such as one that was scanned from its page: `po-1001`. */
function useNumbered(typed: string) {
  const can = useCan();
  const id = typed.toUpperCase();
  const kind = /^(PO|WO|TO)-\d+$/.test(id) ? NUMBERED[id.slice(0, 2) as keyof typeof NUMBERED] : undefined;
  return kind && can(kind.needs) ? { ...kind, id } : null;
}

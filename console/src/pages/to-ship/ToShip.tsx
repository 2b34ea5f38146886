import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { type ListSearch, VIEWS } from "../../search/orders";
import { remember, useReturn } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { useFirstRow } from "../../ui/ListTable";
import { QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { type Tab, Tabs } from "../../ui/Tabs";
import { FirstDay } from "../orders/FirstDay";
import { Actions, type Dialog, Dialogs, useActions } from "./Actions";
import { Filters } from "./Filters";
import { RowTable } from "./RowTable";
import { useFulfilments, useSelection, useShown } from "./useRows";

const route = getRouteApi("/");

export function ToShip() {
  const search = route.useSearch();
  const list = useFulfilments(search);
  const [pointed, setPointed] = useState(false);
  const [dialog, setDialog] = useState<Dialog>(null);
  const fresh = useMemo(() => list.data?.pages.flatMap((page) => page.items), [list.data]);
  const counts = list.data?.pages[0]?.counts;
  return (
    <Page title={t.toShip.title}>
      <ViewTabs search={search} counts={counts} />
      <List
        search={search}
        list={list}
        fresh={fresh}
        pointed={pointed}
        setPointed={setPointed}
        dialog={dialog}
        setDialog={setDialog}
      />
    </Page>
  );
}

function ViewTabs({
  search,
  counts,
}: {
  search: ListSearch;
  counts: Record<string, Schemas["ViewCount"]> | null | undefined;
}) {
  const navigate = useNavigate({ from: "/" });
  const tabs = VIEWS.map(
    (view): Tab<Schemas["View"]> => ({
      id: view,
      label: t.toShip.views[view],
      count: counts?.[view]?.rows,
      alarm: counts?.[view]?.late ? t.toShip.lateCount(counts[view].late) : undefined,
    }),
  );
  const choose = (view: Schemas["View"]) =>
    navigate({ search: (before) => ({ ...before, view: view === "to-ship" ? undefined : view }) });
  return <Tabs label={t.toShip.title} tabs={tabs} current={search.view ?? "to-ship"} onChoose={choose} />;
}

interface ListProps {
  search: ListSearch;
  list: ReturnType<typeof useFulfilments>;
  fresh: Schemas["FulfilmentItem"][] | undefined;
  pointed: boolean;
  setPointed: (pointed: boolean) => void;
  dialog: Dialog;
  setDialog: (dialog: Dialog) => void;
}

function List({ search, list, fresh, pointed, setPointed, dialog, setDialog }: ListProps) {
  const navigate = useNavigate();
  const can = useCan();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  /** Whether keys chose the current row: no other one comes under them. */
  const [isByKeys, setByKeys] = useState(false);
  const view = JSON.stringify(search);
  const [handledOf, setHandledOf] = useState(view);
  if (handledOf !== view) {
    // what is selected is of the rows before, and would hold the new ones
    setHandledOf(view);
    setSelected(new Set());
    setByKeys(false);
  }
  const { rows, waiting, takeFresh } = useShown(
    fresh,
    view,
    pointed || selected.size > 0 || dialog !== null || isByKeys,
    selected,
    list,
  );
  const selection = useSelection(rows, selected, setSelected);
  const move = (step: number, extend?: boolean) => {
    setByKeys(true);
    selection.move(step, extend);
  };
  const letGo = () => {
    if (selected.size > 0) return selection.clear();
    setByKeys(false);
    selection.setCurrent(-1);
  };
  useEffect(
    () =>
      remember(
        "/",
        rows.filter((each) => !each.gone).map((each) => each.row.order_id),
      ),
    [rows],
  );
  const ids = useMemo(() => rows.map((each) => each.row.order_id), [rows]);
  useReturn("/", ids, selection.setCurrent);
  const isReadOn = useFirstRow(list, fresh?.length ?? 0);
  // Rows of the filters before are none to act on.
  const actions = useActions(list.isPlaceholderData ? [] : selection.acted, setDialog);
  const open = useCallback(
    (place: number) => {
      const row = rows[place]?.row;
      if (row) navigate({ to: "/orders/$id", params: { id: row.order_id }, search: { list: "/" } });
    },
    [navigate, rows],
  );
  const show = (index: number) => {
    const chosen = VIEWS[index];
    if (chosen) navigate({ to: "/", search: { ...search, view: chosen === "to-ship" ? undefined : chosen } });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    "Shift+J": () => move(1, true),
    "Shift+K": () => move(-1, true),
    x: () => selection.current >= 0 && selection.toggle(selection.current),
    "$mod+a": (event) => {
      event.preventDefault();
      selection.all();
    },
    Enter: (event) => {
      if (event.target === document.body || (event.target as Element).closest("tr")) open(selection.current);
    },
    ".": takeFresh,
    Escape: letGo,
    ...Object.fromEntries(VIEWS.map((_, index) => [String(index + 1), () => show(index)])),
    ...actions.keys,
  });
  return (
    <>
      <Filters search={search} rows={rows.map((each) => each.row)} />
      <QueryFailure query={list} />
      <div
        className="tablewrap"
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={() => setPointed(false)}
      >
        {(list.isPending || (isReadOn && rows.length === 0)) && <Skeleton />}
        {rows.length > 0 && (
          <RowTable
            rows={rows}
            selection={selection}
            selectable={can("POST /label-batches") || can("POST /pick-lists")}
            onOpen={open}
            list={list}
          />
        )}
        {rows.length === 0 && !list.isPending && !list.isError && !isReadOn && <Nothing search={search} />}
        {waiting > 0 && (
          <button type="button" className="pill" onClick={takeFresh} aria-keyshortcuts=".">
            <Icon name="chevron-up" small />
            <span role="status">{t.toShip.fresh(waiting)}</span>
          </button>
        )}
      </div>
      <Actions selection={selection} actions={actions} />
      <Dialogs dialog={dialog} onClose={() => setDialog(null)} onDone={selection.clear} />
    </>
  );
}

function Nothing({ search }: { search: ListSearch }) {
  const navigate = useNavigate({ from: "/" });
  const { hasNoChannel } = useNames();
  const { view = "to-ship", ...filters } = search;
  const [title, text] = t.toShip.empty[view] ?? ["", ""];
  if (hasNoChannel) return <FirstDay />;
  if (Object.keys(filters).length === 0) return <Empty title={title} text={text} />;
  return (
    <Empty title={search.q ? t.toShip.noMatch(search.q) : t.common.noMatches}>
      <Button onClick={() => navigate({ search: { view: search.view } })}>{t.common.clearFilters}</Button>
    </Empty>
  );
}

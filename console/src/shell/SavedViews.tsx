import { Menu } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Refused } from "../api/client";
import { useMe } from "../auth/context";
import { isSet } from "../search/parameters";
import { t } from "../texts";
import { Button } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Icon } from "../ui/Icon";
import { Input } from "../ui/inputs";
import {
  LONGEST_NAME,
  MOST_VIEWS,
  nameOf,
  problemsOfNames,
  type SavedView,
  viewOf,
  viewsIn,
} from "../ui/views";

/** The lists that have saved views. */
export type ViewsOf = "to-ship" | "orders" | "purchase-orders" | "transfers" | "work-orders";

interface ViewsProps {
  list: ViewsOf;
  /** The filters of the page. */
  search: object;
  /** Takes the filters out of what was kept that the page knows, as of its address. */
  known: (raw: Record<string, unknown>) => object;
}

/** Filters of a list under names of the reader's own. The API has no place for them: this browser keeps them. */
export function SavedViews(props: ViewsProps) {
  const { data: me } = useMe();
  return me ? <ViewsMenu key={me.id} keptAs={`packhorse-views-${props.list}-${me.id}`} {...props} /> : null;
}

type Dialog = "save" | "change" | null;

function ViewsMenu({ keptAs, search, known }: ViewsProps & { keptAs: string }) {
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog>(null);
  const [views, keep] = useLocalStorage<SavedView[]>({
    key: keptAs,
    defaultValue: [],
    deserialize: viewsIn,
    serialize: JSON.stringify,
    getInitialValueInEffect: false,
  });
  const current = viewOf(views, search);
  const isPlain = !isSet(search);
  const isFull = views.length >= MOST_VIEWS;
  const why = isPlain
    ? t.views.setFirst
    : current
      ? t.views.saved(current.name)
      : isFull
        ? t.views.full(MOST_VIEWS)
        : t.views.kept;
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button small look="quiet" icon="bookmark">
            <span className={current ? "cut" : "cut sr-s"}>{current?.name ?? t.views.button}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          {views.map((each) => (
            <Menu.Item
              key={each.name}
              style={{ overflowWrap: "anywhere" }}
              onClick={() => navigate({ to: ".", search: known(each.search) })}
              rightSection={each === current ? <Icon name="check" small /> : null}
            >
              {each.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item disabled={isPlain || current !== undefined || isFull} onClick={() => setDialog("save")}>
            {t.views.save}
          </Menu.Item>
          {views.length > 0 && <Menu.Item onClick={() => setDialog("change")}>{t.views.change}</Menu.Item>}
          <Menu.Label>{why}</Menu.Label>
        </Menu.Dropdown>
      </Menu>
      {dialog === "save" && (
        <SaveView views={views} search={search} keep={keep} onClose={() => setDialog(null)} />
      )}
      {dialog === "change" && <ChangeViews views={views} keep={keep} onClose={() => setDialog(null)} />}
    </>
  );
}

interface DialogProps {
  views: readonly SavedView[];
  keep: (views: SavedView[]) => void;
  onClose: () => void;
}

/** Keep views under names as they can be seen; raises Refused where two have one name or one has none. */
function keepNamed(views: readonly SavedView[], keep: DialogProps["keep"]) {
  const [problem] = problemsOfNames(views.map((each) => each.name)).values();
  if (problem) throw new Refused(422, { detail: t.views[problem] });
  keep(views.map((each) => ({ ...each, name: nameOf(each.name) })));
}

function SaveView({ views, search, keep, onClose }: DialogProps & { search: object }) {
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const problem = problemsOfNames([...views.map((each) => each.name), name]).get(views.length);
  const save = async () => {
    setTried(true);
    keepNamed([...views, { name, search: { ...search } }], keep);
  };
  return (
    <Confirm title={t.views.saveTitle} confirm={t.views.saveConfirm} onClose={onClose} onConfirm={save}>
      <Input
        first
        label={t.views.name}
        hint={t.views.kept}
        problem={problem && (tried || problem === "taken") ? t.views[problem] : undefined}
        maxLength={LONGEST_NAME}
        value={name}
        onChange={setName}
      />
    </Confirm>
  );
}

/** Rename and delete views; nothing of it counts before it is confirmed. */
function ChangeViews({ views, keep, onClose }: DialogProps) {
  const [draft, setDraft] = useState(() => views.map((view) => ({ was: view.name, view })));
  const rename = (was: string, name: string) =>
    setDraft((before) =>
      before.map((each) => (each.was === was ? { was, view: { ...each.view, name } } : each)),
    );
  const problems = problemsOfNames(draft.map((each) => each.view.name));
  const change = async () =>
    keepNamed(
      draft.map((each) => each.view),
      keep,
    );
  return (
    <Confirm title={t.views.changeTitle} confirm={t.views.changeConfirm} onClose={onClose} onConfirm={change}>
      <ul className="name-list">
        {draft.map(({ was, view }, place) => (
          <li key={was}>
            <input
              className="input"
              aria-label={t.views.nameOf(was)}
              maxLength={LONGEST_NAME}
              value={view.name}
              aria-invalid={problems.has(place) || undefined}
              onChange={(event) => rename(was, event.target.value)}
            />
            <Button
              look="quiet"
              icon="x"
              aria-label={t.views.remove(was)}
              title={t.views.remove(was)}
              onClick={() => setDraft((before) => before.filter((each) => each.was !== was))}
            />
          </li>
        ))}
      </ul>
      {draft.length === 0 && <p className="dim">{t.views.noneLeft}</p>}
    </Confirm>
  );
}

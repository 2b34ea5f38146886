import "./routing.css";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { useCan } from "../../auth/context";
import type { RoutingSearch } from "../../search/setup";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { Icon } from "../../ui/Icon";
import { QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { Tabs } from "../../ui/Tabs";
import { ChannelRules } from "./ChannelRules";
import { DryRun, useDryRun } from "./DryRun";
import { asSent, type Saved } from "./draft";
import { Options } from "./Options";
import { Priorities } from "./Priorities";
import { OtherWarnings } from "./RuleCard";
import { useDraft, useRefresh, useSaved } from "./useDraft";
import { Versions } from "./Versions";

const route = getRouteApi("/routing");
const text = t.routing;

/** Change where orders go, after seeing what it would do. */
export function Routing() {
  const { saved, failing } = useSaved();
  if (!saved)
    return (
      <Page title={text.title}>
        <QueryFailure query={failing} />
        {!failing.isError && <Skeleton />}
      </Page>
    );
  return <WithDraft saved={saved} />;
}

function WithDraft({ saved }: { saved: Saved }) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/routing" });
  const can = useCan();
  const drafting = useDraft(saved);
  const last = search.last ?? 200;
  const run = useDryRun(drafting.draft, last);
  const [saving, setSaving] = useState(false);
  const isStale = drafting.changes > 0 && drafting.draft.base !== saved.version;
  const mayWrite = can("POST /configuration/versions");
  const maySave = mayWrite && drafting.changes > 0 && !isStale;
  const set = (change: RoutingSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  useKeys({
    "$mod+s": (event) => {
      event.preventDefault();
      if (maySave) setSaving(true);
    },
    d: () => run.refetch(),
  });
  const tab = search.tab ?? "rules";
  const rules = {
    saved,
    shown: drafting.shown,
    draft: drafting.draft,
    warnings: run.data?.warnings ?? [],
    onChange: drafting.set,
  };
  return (
    <Page
      title={text.title}
      badges={
        <span className={drafting.changes ? "badge t-info" : "badge"}>
          {drafting.changes > 0 && <Icon name="pencil" small />}
          {drafting.changes > 0
            ? text.draftOf(drafting.draft.base, drafting.changes)
            : text.inForce(saved.version)}
        </span>
      }
    >
      <Tabs
        label={text.title}
        current={tab}
        tabs={[
          { id: "rules", label: text.tabs.rules },
          { id: "versions", label: text.tabs.versions, count: saved.version },
        ]}
        onChoose={(id) => set({ tab: id === "rules" ? undefined : id, diff: undefined })}
      >
        {!mayWrite && <span className="small dim">{text.ownerSaves}</span>}
        {drafting.changes > 0 && (
          <Button small onClick={drafting.discard}>
            {text.discard}
          </Button>
        )}
        {mayWrite && (
          <Button
            small
            look="primary"
            disabled={!maySave}
            aria-keyshortcuts="Control+S"
            onClick={() => setSaving(true)}
          >
            {text.saveAs(saved.version + 1)}
          </Button>
        )}
      </Tabs>
      {isStale && (
        <div className="note" role="status">
          <Icon name="alert-triangle" />
          <span className="t grow">
            <b className="b">{text.stale.title(saved.version)}</b> {text.stale.text}
          </span>
          <Button
            small
            onClick={() =>
              set({ tab: "versions", diff: [drafting.draft.base, saved.version] as [number, number] })
            }
          >
            {text.stale.look}
          </Button>
          <Button small onClick={() => drafting.set({ ...drafting.draft, base: saved.version })}>
            {text.stale.goOn}
          </Button>
        </div>
      )}
      {tab === "versions" ? (
        <Versions inForce={saved.version} diff={search.diff} onDiff={(diff) => set({ diff })} />
      ) : (
        <div className="routing">
          <div className="col rules">
            <Priorities {...rules} />
            <ChannelRules {...rules} />
            <Options {...rules} />
            <OtherWarnings of={rules.warnings} />
          </div>
          <div className="col dry">
            <DryRun
              run={run}
              last={last}
              changes={drafting.changes}
              onLast={(n) => set({ last: n === 200 ? undefined : n })}
            />
          </div>
        </div>
      )}
      {saving && (
        <SaveDraft
          drafting={drafting}
          version={saved.version}
          run={run.data}
          onClose={() => setSaving(false)}
        />
      )}
    </Page>
  );
}

interface SaveProps {
  drafting: ReturnType<typeof useDraft>;
  version: number;
  run: ReturnType<typeof useDryRun>["data"];
  onClose: () => void;
}

function SaveDraft({ drafting, version, run, onClose }: SaveProps) {
  const refresh = useRefresh();
  const save = async () => {
    const body = { base: drafting.draft.base, draft: asSent(drafting.draft) };
    const sent = answerOf(api.POST("/configuration/versions", { body }));
    const { config_version } = await sent.catch(async (error) => {
      await refresh(); // what is refused because of another version is shown beside it
      throw error;
    });
    await refresh();
    drafting.discard();
    say(text.save.done(config_version));
  };
  return (
    <Confirm
      title={text.save.title(version + 1)}
      confirm={text.saveAs(version + 1)}
      footnote={text.save.back(version)}
      onClose={onClose}
      onConfirm={save}
    >
      {run && <p>{text.save.differ(run.orders_differing, run.today.orders)}</p>}
      <p>{text.save.text}</p>
    </Confirm>
  );
}

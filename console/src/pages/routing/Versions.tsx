import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Empty, Skeleton, When } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { person } from "../../ui/format";
import { LoadMore, QueryFailure } from "../../ui/list";
import { Comparison, partName } from "./Comparison";
import { useRestore } from "./useDraft";

const text = t.routing.versions;

export interface VersionsProps {
  inForce: number;
  /** The two versions that are compared, older first. */
  diff: [number, number] | undefined;
  onDiff: (diff: [number, number] | undefined) => void;
}

/** Every version of the configuration, newest first: what each changed, and the way back. */
export function Versions({ inForce, diff, onDiff }: VersionsProps) {
  const [back, setBack] = useState<number | null>(null);
  const list = useInfiniteQuery({
    queryKey: ["versions"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/configuration/versions", {
          params: { query: { limit: 50, cursor: pageParam ?? undefined } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const versions = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="cols one-column">
      <QueryFailure query={list} />
      {diff && <Comparison diff={diff} versions={versions} onDiff={onDiff} />}
      <section className="card" aria-label={t.routing.tabs.versions}>
        {list.isPending && <Skeleton />}
        {list.isSuccess && versions.length === 0 && <Empty title={text.none} text={text.noneWhy} />}
        {versions.length > 0 && (
          <table className="tbl card-tbl versions">
            <thead>
              <tr>
                <th className="v1">{text.columns.version}</th>
                <th className="v2">{text.columns.when}</th>
                <th className="v2 p2">{text.columns.who}</th>
                <th>{text.columns.changed}</th>
                <th className="v3">
                  <span className="sr">{text.columns.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {versions.map((each) => (
                <VersionRow
                  key={each.version}
                  version={each}
                  isInForce={each.version === inForce}
                  onDiff={onDiff}
                  onBack={() => setBack(each.version)}
                />
              ))}
            </tbody>
          </table>
        )}
        <LoadMore list={list} />
      </section>
      {back !== null && <GoBack to={back} inForce={inForce} onClose={() => setBack(null)} />}
    </div>
  );
}

interface RowProps {
  version: Schemas["VersionSummary"];
  isInForce: boolean;
  onDiff: VersionsProps["onDiff"];
  onBack: () => void;
}

function VersionRow({ version, isInForce, onDiff, onBack }: RowProps) {
  const names = useNames();
  const can = useCan();
  const changed = [
    version.restored && text.restored(version.restored),
    ...version.changed.map((each) => partName(each, names)),
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <tr>
      <td className="m">
        {version.version} {isInForce && <span className="small ok">{text.inForce}</span>}
      </td>
      <td className="mid">
        <When at={version.at} />
      </td>
      <td className="mid p2">{person(version.who)}</td>
      <td title={changed}>{changed}</td>
      <td>
        <span className="row actions">
          <Button small look="quiet" onClick={() => onDiff([version.version - 1, version.version])}>
            {text.changes}
          </Button>
          {!isInForce && can("POST /configuration/versions/{number}/restore") && (
            <Button small onClick={onBack}>
              {text.back}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

function GoBack({ to, inForce, onClose }: { to: number; inForce: number; onClose: () => void }) {
  const restore = useRestore();
  const goBack = async () => {
    const { config_version } = await restore.mutateAsync(to);
    say(text.backDone(config_version));
  };
  return (
    <Confirm
      title={text.backTitle(to)}
      confirm={text.backConfirm(to)}
      footnote={t.routing.save.back(inForce)}
      onClose={onClose}
      onConfirm={goBack}
    >
      <p>{text.backText(inForce + 1)}</p>
      <p>{text.backWaiting}</p>
    </Confirm>
  );
}

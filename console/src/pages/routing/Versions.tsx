import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
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
import { type Difference, differences, worded } from "./diff";
import { useRestore } from "./useDraft";

const text = t.routing.versions;

interface VersionsProps {
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
  const changed = version.changed.map((each) => partName(each, names)).join(" · ");
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

/** `account.split_lines` as people read it: `Account: split lines`; places and channels by their names. */
function partName(changed: string, names: ReturnType<typeof useNames>): string {
  const [part = "", ...rest] = changed.split(".");
  const name = rest.join(".");
  return `${text.parts[part] ?? part}: ${part === "account" ? worded(name) : nameIn(part, name, names)}`;
}

const nameIn = (part: string, id: string, names: ReturnType<typeof useNames>) =>
  part === "warehouses" ? names.warehouse(id) : part === "channels" ? names.channel(id) : id;

interface ComparisonProps {
  diff: [number, number];
  versions: readonly Schemas["VersionSummary"][];
  onDiff: VersionsProps["onDiff"];
}

const EMPTY = { account: {}, warehouses: {} } as unknown as Schemas["Configuration"];

function useVersion(number: number) {
  return useQuery({
    queryKey: ["version", number],
    queryFn: async () =>
      number === 0
        ? EMPTY
        : (await answerOf(api.GET("/configuration/versions/{number}", { params: { path: { number } } })))
            .configuration,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function Comparison({ diff: [older, newer], versions, onDiff }: ComparisonProps) {
  const before = useVersion(older);
  const after = useVersion(newer);
  const found = before.data && after.data ? differences(before.data, after.data) : undefined;
  const numbers = [...new Set([newer, older, ...versions.map((each) => each.version), 0])].sort(
    (one, other) => other - one,
  );
  const choose = (one: number, other: number) =>
    onDiff([Math.min(one, other), Math.max(one, other)] as [number, number]);
  return (
    <section className="card" aria-label={text.diffTitle(older, newer)}>
      <header>
        <h2>{text.compare}</h2>
        <VersionSelect
          label={text.compare}
          value={older}
          all={numbers}
          onChange={(one) => choose(one, newer)}
        />
        <span className="dim">{text.with}</span>
        <VersionSelect label={text.with} value={newer} all={numbers} onChange={(one) => choose(older, one)} />
        <Button
          small
          look="quiet"
          icon="x"
          className="right"
          aria-label={text.closeDiff}
          onClick={() => onDiff(undefined)}
        />
      </header>
      <QueryFailure query={before.isError ? before : after} />
      {!found && !before.isError && !after.isError && <Skeleton rows={2} />}
      {found?.length === 0 && <p className="mid pad14">{text.same}</p>}
      {found && found.length > 0 && (
        <table className="tbl card-tbl diff">
          <thead>
            <tr>
              <th>{text.what}</th>
              <th>{older || text.beginning}</th>
              <th>{newer}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((each) => (
              <DifferenceRow key={`${each.part}-${each.id}-${each.field}`} difference={each} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface SelectProps {
  label: string;
  value: number;
  all: readonly number[];
  onChange: (value: number) => void;
}

function VersionSelect({ label, value, all, onChange }: SelectProps) {
  return (
    <select
      className="input small-input short-select"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {all.map((each) => (
        <option key={each} value={each}>
          {each || text.beginning}
        </option>
      ))}
    </select>
  );
}

function DifferenceRow({ difference: { part, id, field, before, after } }: { difference: Difference }) {
  const names = useNames();
  const name = [id && nameIn(part, id, names), field && worded(field)].filter(Boolean).join(": ");
  return (
    <tr>
      <th scope="row">
        <span className="dim">{text.parts[part]}</span> {name}
      </th>
      <td>{inWords(before, names)}</td>
      <td className="m">{inWords(after, names)}</td>
    </tr>
  );
}

/** A value of the configuration as people read it, with the names of places and channels. */
function inWords(value: unknown, names: ReturnType<typeof useNames>): string {
  if (value === undefined || value === null || value === "") return text.nothing;
  if (typeof value === "boolean") return value ? text.yes : text.no;
  if (Array.isArray(value))
    return value.length ? value.map((each) => inWords(each, names)).join(", ") : text.nothing;
  if (typeof value === "object")
    return (
      Object.entries(value)
        .filter(([, inner]) => inner !== null && inner !== "" && !(Array.isArray(inner) && !inner.length))
        .map(([name, inner]) => `${worded(name)} ${inWords(inner, names)}`)
        .join(", ") || text.nothing
    );
  const said = String(value);
  return names.warehouses.some((each) => each.id === said)
    ? names.warehouse(said)
    : names.channels.some((each) => each.id === said)
      ? names.channel(said)
      : said;
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

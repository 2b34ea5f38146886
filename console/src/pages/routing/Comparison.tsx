import { useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Button, Skeleton } from "../../ui/bits";
import { QueryFailure } from "../../ui/list";
import { type Difference, differences, worded } from "./diff";
import type { VersionsProps } from "./Versions";

const text = t.routing.versions;

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

/** What differs between two versions, part by part. */
export function Comparison({ diff: [older, newer], versions, onDiff }: ComparisonProps) {
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
      : (t.settingValues[said] ?? said);
}

/** `account.split_lines` as people read it: `Account: split lines`; places and channels by their names. */
export function partName(changed: string, names: ReturnType<typeof useNames>): string {
  const [part = "", ...rest] = changed.split(".");
  const name = rest.join(".");
  return `${text.parts[part] ?? part}: ${part === "account" ? worded(name) : nameIn(part, name, names)}`;
}

const nameIn = (part: string, id: string, names: ReturnType<typeof useNames>) =>
  part === "warehouses" ? names.warehouse(id) : part === "channels" ? names.channel(id) : id;

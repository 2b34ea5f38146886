import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Badge, type Look, When } from "../../ui/bits";
import { QueryFailure } from "../../ui/list";
import { useNow } from "../../ui/now";
import { BY_DAY, type PartnerState, partnerState } from "./figures";
import { Trend, useLags } from "./Trend";

const text = t.partners;
const STATE: Record<PartnerState | "inactive", Look> = {
  failing: [text.state.failing, "danger", "x"],
  silent: [text.state.silent, "danger", "x"],
  live: [text.state.live, "ok", "check"],
  quiet: [text.state.quiet, "neutral", "clock"],
  inactive: [text.state.inactive, "neutral", "player-pause"],
};
const WORST = Object.keys(STATE);

interface Partner {
  supplier: Schemas["Supplier"];
  sent: Schemas["SupplierBatchView"] | undefined;
  heard: Schemas["ReceivedFile"] | undefined;
}

async function lastOf(supplier: Schemas["Supplier"]): Promise<Partner> {
  const params = { path: { supplier_id: supplier.id }, query: { limit: 1 } };
  const [batches, files] = await Promise.all([
    answerOf(api.GET("/suppliers/{supplier_id}/batches", { params })),
    answerOf(api.GET("/suppliers/{supplier_id}/files", { params })),
  ]);
  return { supplier, sent: batches.items[0], heard: files.items[0] };
}

/** Within how many hours it is to answer. */
const limitOf = (supplier: Schemas["Supplier"]) => supplier.answers_within_hours ?? 24;

const stateOf = ({ supplier, sent, heard }: Partner, now: number): PartnerState | "inactive" =>
  supplier.active === false ? "inactive" : partnerState(sent, heard, limitOf(supplier), now);

/** What was last sent to each partner, and what last came from it. */
export function Partners() {
  const can = useCan();
  const now = useNow();
  const lags = useLags().data?.suppliers;
  const answersOf = (id: string) => lags?.find((each) => each.supplier === id)?.answers ?? [];
  const partners = useQuery({
    queryKey: ["partners"],
    queryFn: async () => Promise.all((await answerOf(api.GET("/suppliers"))).items.map(lastOf)),
    enabled: can("GET /suppliers") && can("GET /suppliers/{supplier_id}/batches"),
    refetchInterval: 60_000,
  });
  const rows = (partners.data ?? [])
    .map((each) => ({ ...each, state: stateOf(each, now) }))
    .sort((one, other) => WORST.indexOf(one.state) - WORST.indexOf(other.state));
  if (rows.length === 0) return <QueryFailure query={partners} />;
  return (
    <section className="card" aria-label={text.title}>
      <header>
        <h2>{text.title}</h2>
      </header>
      <table className="tbl card-tbl health">
        <thead>
          <tr>
            <th className="h1">{text.columns.name}</th>
            <th className="h2">{text.columns.state}</th>
            <th className="h6 p3">{t.lags.days}</th>
            <th>{text.columns.sent}</th>
            <th>{text.columns.heard}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ supplier, state, sent, heard }) => (
            <tr key={supplier.id}>
              <td>
                <Link to="/suppliers/$id" params={{ id: supplier.id }} className="m">
                  {supplier.name || supplier.id}
                </Link>
              </td>
              <td>
                <Badge look={STATE[state]} />
              </td>
              <td className="mid p3 small">
                <Trend points={answersOf(supplier.id)} spans={BY_DAY} limit={limitOf(supplier) * 3600} />
              </td>
              <td className="mid">{sent ? <Sent batch={sent} /> : t.common.none}</td>
              <td className="mid">
                {heard ? <Heard file={heard} /> : t.common.none}
                {state === "silent" && <span className="danger"> {text.limit(limitOf(supplier))}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Sent({ batch }: { batch: Schemas["SupplierBatchView"] }) {
  const what = batch.purchase_order
    ? text.purchase(batch.number, batch.purchase_order)
    : text.batch(batch.number, batch.fulfilments?.length ?? 0);
  return (
    <>
      {batch.sent_at ? <When at={batch.sent_at} /> : text.notSent} <span className="dim">{what}</span>
      {batch.problem && <span className="danger"> {batch.problem}</span>}
    </>
  );
}

function Heard({ file }: { file: Schemas["ReceivedFile"] }) {
  return (
    <>
      <When at={file.read_at} /> <span className="dim">{text.file(file.name, file.rows ?? 0)}</span>
      {file.problem && <span className="danger"> {file.problem}</span>}
    </>
  );
}

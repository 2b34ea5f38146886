import "./uploads.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { answerOf, api, Refused } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { Page } from "../../shell/Page";
import { PageFailure } from "../../shell/PageFailure";
import { t } from "../../texts";
import { Badge, Empty, Skeleton } from "../../ui/bits";
import { count } from "../../ui/format";
import { Columns } from "./Columns";
import { figuresOf, fileName, readAgainIn, subjectOf, UPLOAD_STATE, wordsOf } from "./looks";
import { Mend } from "./Mend";
import type { Report } from "./mending";
import { RowList } from "./RowList";
import { sentFiles } from "./send";

const route = getRouteApi("/uploads/$id");
/** A file that was put is seen within seconds; until then there is no such upload. */
const ARRIVES = {
  retry: (failures: number, error: Error) =>
    error instanceof Refused && error.status === 404 && failures < 60,
  retryDelay: 1_000,
};

/** One upload: how far it is, what became of it, and its rejected rows to be mended. */
export function UploadPage() {
  const { id } = route.useParams();
  const { from } = route.useSearch();
  const isSent = sentFiles.has(id);
  const report = useQuery({
    queryKey: ["upload", id],
    queryFn: () => answerOf(api.GET("/uploads/{upload_id}", { params: { path: { upload_id: id } } })),
    ...(isSent ? ARRIVES : {}),
    refetchInterval: ({ state }) => readAgainIn(state.data),
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: false,
  });
  const back = { to: "/uploads" as const, label: t.nav.uploads };
  const title = report.data ? fileName(report.data.file) : isSent ? t.uploads.arriving : id;
  return (
    <Page title={title} back={back}>
      <PageFailure id={id} back={back} query={report} />
      {report.isPending && <Skeleton />}
      {report.data && <Figures report={report.data} from={from} />}
      {report.data && report.data.state !== "reading" && <Outcome report={report.data} />}
    </Page>
  );
}

/** Where its orders are; those that await payment do not go on by themselves. */
function OrdersOfFile({ report }: { report: Report }) {
  const can = useCan();
  const { taken, same } = figuresOf(report);
  const channel = report.channel ?? undefined;
  const isKnown = (report.kind ?? "orders") === "orders" && channel !== undefined && taken + same > 0;
  const status = "awaiting_payment" as const;
  const unpaid = useQuery({
    queryKey: ["orders", "unpaid", channel],
    queryFn: () => answerOf(api.GET("/orders", { params: { query: { channel, status, limit: 1 } } })),
    enabled: isKnown && can("GET /orders"),
  });
  if (!isKnown || !can("GET /orders")) return null;
  return (
    <span className="small links">
      <Link to="/orders" search={{ channel }} className="link">
        {t.uploads.itsOrders}
      </Link>
      {(unpaid.data?.items ?? []).length > 0 && (
        <Link to="/orders" search={{ channel, status }} className="link" title={t.uploads.unpaidWhy}>
          {t.uploads.unpaid}
        </Link>
      )}
    </span>
  );
}

function Figures({ report, from }: { report: Report; from: string | undefined }) {
  const names = useNames();
  const { taken, same, rejected } = figuresOf(report);
  const words = wordsOf(report);
  const facts = [subjectOf(report, names.channel(report.channel)), report.export, report.encoding].filter(
    Boolean,
  );
  return (
    <section className="sum" aria-live="polite">
      <div>
        <span className="small dim">{t.uploads.columns.file}</span>
        <div className="row">
          <Badge look={UPLOAD_STATE[report.state]} />
          <span className="m">{t.uploads.rows(report.rows)}</span>
        </div>
        <span className="small dim">{facts.join(" · ")}</span>
        {from && (
          <Link to="/uploads/$id" params={{ id: from }} className="link small">
            {t.uploads.mendedFrom}
          </Link>
        )}
      </div>
      <div>
        <span className="small dim">{words.taken}</span>
        <div className="v">{count(taken)}</div>
        <OrdersOfFile report={report} />
      </div>
      <div>
        <span className="small dim">{words.same}</span>
        <div className="v">{count(same)}</div>
      </div>
      <div>
        <span className="small dim">{words.rejected}</span>
        <div className={rejected ? "v danger" : "v"}>{count(rejected)}</div>
      </div>
    </section>
  );
}

/** What is to be done about it: map its columns, mend its rows, or nothing. */
function Outcome({ report }: { report: Report }) {
  const can = useCan();
  const { errors, warnings = [] } = report;
  const words = wordsOf(report);
  if (report.state === "failed")
    return (
      <div className="scroll pad outcome">
        <RowList
          title={t.uploads.unreadable}
          about={words.about}
          rows={errors}
          leftOut={report.errors_left_out}
        />
        {report.kind === "orders" && can("PATCH /channels/{channel_id}") && <Columns report={report} />}
      </div>
    );
  if (report.failed_rows_url && can("POST /uploads")) return <Mend report={report} />;
  return (
    <div className="scroll pad outcome">
      {errors.length === 0 && warnings.length === 0 && (
        <Empty title={t.uploads.allIn} text={t.uploads.allInWhy} />
      )}
      <RowList title={t.uploads.errors} about={words.about} rows={errors} leftOut={report.errors_left_out} />
      <RowList
        title={words.warnings}
        about={words.about}
        rows={warnings}
        leftOut={report.warnings_left_out ?? 0}
      />
    </div>
  );
}

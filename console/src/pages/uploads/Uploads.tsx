import "./uploads.css";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Badge, Empty, Skeleton, When } from "../../ui/bits";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { FilterBar } from "../../ui/FilterBar";
import { count } from "../../ui/format";
import { CsvButton, LoadMore, QueryFailure, Scroll } from "../../ui/list";
import { DropZone } from "./DropZone";
import { figuresOf, fileName, subjectOf, UPLOAD_STATE } from "./looks";

const head = t.uploads.columns;

const pageOf = (limit: number, cursor: Cursor) =>
  answerOf(api.GET("/uploads", { params: { query: { limit, cursor } } }));

const csvOf = (uploads: readonly Schemas["UploadSummary"][]) => [
  ["file", "kind", "channel", "state", "accepted", "already_there", "rejected", "uploaded_at"],
  ...uploads.map((each) => {
    const { taken, same, rejected } = figuresOf(each);
    return [
      fileName(each.file),
      each.kind,
      each.channel,
      each.state,
      taken,
      same,
      rejected,
      each.uploaded_at,
    ];
  }),
];

/** Files of orders, stock, purchase orders and receipts: drop one, and what became of those before. */
export function Uploads() {
  const can = useCan();
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    queryKey: ["uploads"],
    queryFn: ({ pageParam }) => pageOf(50, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 10_000,
  });
  const uploads = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t.nav.uploads}>
      {can("POST /uploads") && <DropZone onSent={(id) => navigate({ to: "/uploads/$id", params: { id } })} />}
      <QueryFailure query={list} />
      <FilterBar
        right={
          <CsvButton
            name="uploads"
            empty={uploads.length === 0}
            read={(cursor) => pageOf(PAGE_ROWS, cursor)}
            table={csvOf}
          />
        }
      >
        <span className="small dim">{t.uploads.listed}</span>
      </FilterBar>
      <div className="tablewrap">
        {list.isPending && <Skeleton />}
        {list.isSuccess && uploads.length === 0 && <Empty title={t.uploads.none} text={t.uploads.noneWhy} />}
        {uploads.length > 0 && (
          <Scroll label={t.nav.uploads}>
            <table className="tbl rows uploaded">
              <thead>
                <tr>
                  <th>{head.file}</th>
                  <th className="s2">{head.for}</th>
                  <th className="s3">{head.state}</th>
                  <th className="s1 num">{head.taken}</th>
                  <th className="s1 num p2">{head.same}</th>
                  <th className="s1 num">{head.rejected}</th>
                  <th className="m1">{head.when}</th>
                </tr>
              </thead>
              <tbody>
                {uploads.map((each) => (
                  <UploadRow key={each.id} upload={each} />
                ))}
              </tbody>
            </table>
            <LoadMore list={list} />
          </Scroll>
        )}
      </div>
    </Page>
  );
}

function UploadRow({ upload }: { upload: Schemas["UploadSummary"] }) {
  const names = useNames();
  const { taken, same, rejected } = figuresOf(upload);
  return (
    <tr>
      <td title={fileName(upload.file)}>
        <Link to="/uploads/$id" params={{ id: upload.id }} className="m">
          {fileName(upload.file)}
        </Link>
      </td>
      <td className="mid">{subjectOf(upload, names.channel(upload.channel))}</td>
      <td>
        <Badge look={UPLOAD_STATE[upload.state]} />
      </td>
      <td className="num">{count(taken)}</td>
      <td className="num mid p2">{count(same)}</td>
      <td className={rejected ? "num danger b" : "num mid"}>{count(rejected)}</td>
      <td className="mid">
        <When at={upload.uploaded_at} />
      </td>
    </tr>
  );
}

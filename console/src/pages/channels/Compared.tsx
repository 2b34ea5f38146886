import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { t } from "../../texts";
import { Empty, Skeleton, When } from "../../ui/bits";
import { count } from "../../ui/format";
import { QueryFailure, Scroll } from "../../ui/list";

type Report = Schemas["DriftReport"];
const text = t.setup.channels.compared;
const head = text.columns;

/** The last comparison of what a channel shows with our quantities; null before the first one. */
export function useCompared(channel: string, enabled: boolean) {
  return useQuery({
    queryKey: ["compared", channel],
    queryFn: async (): Promise<Report | null> => {
      try {
        const params = { path: { channel_id: channel } };
        return await answerOf(api.GET("/channels/{channel_id}/drift", { params }));
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
    enabled,
  });
}

/** Which listings show another quantity than ours. */
export function Compared({ query }: { query: ReturnType<typeof useCompared> }) {
  const { data: report } = query;
  const list = report?.differences ?? [];
  return (
    <>
      <QueryFailure query={query} />
      {report && list.length > 0 && (
        <p className="pad">
          {resultOf(report)}{" "}
          <span className="dim">
            {(report.different ?? 0) > list.length && text.first(list.length)} <When at={timeOf(report)} />
          </span>
        </p>
      )}
      <div className="tablewrap">
        {query.isPending && <Skeleton />}
        {report === null && <Empty title={text.never} text={text.neverWhy} />}
        {report && list.length === 0 && (
          <Empty title={resultOf(report)}>
            <When at={timeOf(report)} />
          </Empty>
        )}
        {list.length > 0 && <Differences list={list} />}
      </div>
    </>
  );
}

const timeOf = ({ finished_at, started_at }: Report) => finished_at ?? started_at;

function resultOf({ looked_at = 0, different = 0, finished_at, problem }: Report) {
  if (problem) return text.failed(problem);
  return finished_at ? text.compared(looked_at, different) : text.comparing(looked_at);
}

function Differences({ list }: { list: readonly Schemas["Difference"][] }) {
  const isPlaced = list.some((each) => each.location);
  return (
    <Scroll label={t.setup.channels.tabs.compared}>
      <table className="tbl setup-list">
        <thead>
          <tr>
            <th>{head.product}</th>
            <th className="w2 p2">{head.reference}</th>
            {isPlaced && <th className="w2 p2">{head.location}</th>}
            <th className="w1 num">{head.theirs}</th>
            <th className="w1 num">{head.ours}</th>
            <th className="w2">{head.published}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((each) => (
            <tr key={`${each.sku} ${each.location}`}>
              <td>
                <Link to="/stock/$sku" params={{ sku: each.sku }} className="link code">
                  {each.sku}
                </Link>
              </td>
              <td className="code p2">{each.reference}</td>
              {isPlaced && <td className="code p2">{each.location || t.common.none}</td>}
              <td className="num">{each.theirs === null ? t.common.none : count(each.theirs)}</td>
              <td className="num m">{count(each.ours)}</td>
              <td className="mid">{each.told_at ? <When at={each.told_at} /> : t.health.never}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

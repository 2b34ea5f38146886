import { useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { age, dayInUtc, span, timeOf } from "../../ui/format";
import { useNow } from "../../ui/now";
import { BY_HOUR, linesOf, type Spans, trendOf, worstOf } from "./figures";

const WIDTH = 96;
const HEIGHT = 18;
const EDGE = 3;

/** How far behind channels and suppliers were, by hour and by day. */
export function useLags() {
  const can = useCan();
  return useQuery({
    queryKey: ["lags"],
    queryFn: () => answerOf(api.GET("/lags")),
    enabled: can("GET /lags"),
    refetchInterval: 60_000,
  });
}

interface TrendProps {
  points: readonly Schemas["LagPoint"][];
  spans: Spans;
  /** What is too long, in seconds; it is the top of the line while nothing is longer. */
  limit: number;
}

/** The longest lag of each hour or day as a line, with a dot on each that is too long, and the longest of all. */
export function Trend({ points, spans, limit }: TrendProps) {
  const now = useNow();
  const worst = worstOf(points);
  if (!worst) return <span className="dim">{t.common.none}</span>;
  const trend = trendOf(points, spans, now);
  const top = Math.max(limit, worst.seconds);
  const x = (place: number) => EDGE + (place / (spans.shown - 1)) * (WIDTH - 2 * EDGE);
  const y = (seconds: number) => HEIGHT - EDGE - (seconds / top) * (HEIGHT - 2 * EDGE);
  const isHourly = spans === BY_HOUR;
  const longest = (isHourly ? span : age)(worst.seconds * 1000);
  const at = isHourly ? timeOf(worst.start) : dayInUtc(worst.start);
  const said = (isHourly ? t.lags.saidHours : t.lags.saidDays)(longest, at);
  return (
    <span className="trend" title={said}>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
        {linesOf(trend.map((each) => each.seconds)).map((line) => (
          <Line key={line[0]?.[0]} points={line.map(([place, seconds]) => [x(place), y(seconds)])} />
        ))}
        {trend.map(
          ({ start, seconds }, place) =>
            seconds !== null &&
            seconds > limit && (
              <circle key={start} className="breach" cx={x(place)} cy={y(seconds)} r={2.5} />
            ),
        )}
      </svg>
      <span className={worst.seconds > limit ? "danger num" : "num"}>{longest}</span>
    </span>
  );
}

/** Points with a line between them; one alone is a dot. */
function Line({ points }: { points: readonly (readonly [x: number, y: number])[] }) {
  const [first, second] = points;
  if (!second) return first ? <circle className="alone" cx={first[0]} cy={first[1]} r={1.5} /> : null;
  return <polyline points={points.map((each) => each.join(",")).join(" ")} />;
}

import { useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { dayInUtc, span, timeOf } from "../../ui/format";
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
  const longest = span(worst.seconds * 1000);
  const at = spans === BY_HOUR ? timeOf(worst.start) : dayInUtc(worst.start);
  const said = spans === BY_HOUR ? t.lags.saidHours(longest, at) : t.lags.saidDays(longest, at);
  return (
    <span className="trend" title={said}>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
        {linesOf(trend.map((each) => each.seconds)).map((line) => (
          <polyline
            key={line[0]?.[0]}
            points={[...line, ...line.slice(-1)].map(([place, value]) => `${x(place)},${y(value)}`).join(" ")}
          />
        ))}
        {trend.map(
          ({ start, seconds }, place) =>
            seconds !== null &&
            seconds > limit && <circle key={start} cx={x(place)} cy={y(seconds)} r={2.5} />,
        )}
      </svg>
      <span className={worst.seconds > limit ? "danger num" : "num"}>{longest}</span>
    </span>
  );
}

import { t } from "../../texts";
import { listed } from "../../ui/format";

/** How many units are done of those that are to be, and what became of others, each with its text. */
export interface Part {
  /** What is done, as it is called. */
  text: string;
  done: number;
  all: number;
  others: readonly string[];
}

type Other = readonly [units: number, text: (n: number) => string];

/** What is done of all units without those of which something else became, so that the numbers add up. */
export function partOf([done, text]: Other, all: number, ...others: readonly Other[]): Part {
  const found = others.filter(([units]) => units > 0);
  return {
    text: text(done),
    done,
    all: found.reduce((left, [units]) => left - units, all),
    others: found.map(([units, text]) => text(units)),
  };
}

/** What is done, in words; where something became of others, all of it in numbers that add up to the whole. */
export const progressText = ({ text, done, all, others }: Part) =>
  others.length === 0
    ? t.numbered.of(done, all)
    : listed(done > 0 && text, all > done && t.numbered.stillOpen(all - done), ...others);

/** How much of something is done, as a bar beside its numbers. */
export function Progress({ part }: { part: Part }) {
  const { done, all } = part;
  return (
    <span className={part.others.length > 0 ? "done-of parted" : "done-of"}>
      <span className="cut">{progressText(part)}</span>
      <span className="mini" aria-hidden="true">
        <i
          className={done >= all ? "all" : undefined}
          style={{ width: `${all ? Math.min(100, (100 * done) / all) : 0}%` }}
        />
      </span>
    </span>
  );
}

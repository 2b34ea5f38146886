import { Refused, sentenceOf } from "../api/client";

/** One of the things that an action is about: `note` says before what will happen to it. */
export interface Item {
  id: string;
  name: string;
  note?: string;
}

/** What became of an item: nothing to say once it is done, else why not. */
export type Outcomes = ReadonlyMap<string, string | null>;

export const isDone = (outcomes: Outcomes, id: string) => outcomes.get(id) === null;
export const leftOf = (items: readonly Item[], outcomes: Outcomes) =>
  items.filter((each) => !isDone(outcomes, each.id));

/**
 * Act on items one after the other and report after each. What is refused stops nothing; without an answer nothing
 * further is sent, as the next one would get none either. Items that are done already are left alone.
 */
export async function actOnEach(
  items: readonly Item[],
  before: Outcomes,
  act: (id: string) => Promise<unknown>,
  report: (outcomes: Outcomes) => void,
  isStopped: () => boolean = () => false,
): Promise<Outcomes> {
  const outcomes = new Map(before);
  for (const { id } of leftOf(items, before)) {
    if (isStopped()) break;
    try {
      await act(id);
      outcomes.set(id, null);
    } catch (error) {
      outcomes.set(id, sentenceOf(error));
      if (!(error instanceof Refused)) break;
    } finally {
      report(new Map(outcomes));
    }
  }
  return outcomes;
}

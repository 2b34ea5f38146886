import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { today } from "../../search/days";
import { t } from "../../texts";
import { actOnEach, isDone, type Outcomes } from "../../ui/each";
import { keptMap, useKept } from "../../ui/kept";
import { typedUnits } from "./adjusting";
import type { Shelf } from "./counting";

const text = t.stock.count;
const KEPT = keptMap<Counted>();

/** Units as they are typed, and those that were on the shelf by then: a count is about these, whenever it is sent. */
interface Counted {
  units: string;
  expected: number;
}

/** What is on a shelf now, of which a count says that it is what was there. */
async function onHandNow(sku: string, warehouse: string): Promise<number> {
  const page = await answerOf(api.GET("/stock", { params: { query: { sku, warehouse } } }));
  return page.items[0]?.on_hand ?? 0;
}

/**
 * The counts of a sheet as they are typed, and what became of each. One that was refused, since the stock of its shelf
 * has changed, is sent again on what is there now.
 */
export function useCounts(shelves: readonly Shelf[], warehouse: string) {
  const client = useQueryClient();
  const [typed, setTyped] = useKept<ReadonlyMap<string, Counted>>("counted", () => new Map(), KEPT);
  const [outcomes, setOutcomes] = useState<Outcomes>(new Map());
  /** What is there by now, where that is not what the sheet was printed with. */
  const [there, setThere] = useState<ReadonlyMap<string, number>>(new Map());
  const [busy, setBusy] = useState(false);
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
    };
  }, []);
  const idOf = useCallback((sku: string) => `${warehouse} ${sku}`, [warehouse]);
  const unitsOf = (sku: string) => typedUnits("count", typed.get(idOf(sku))?.units ?? "");
  const items = shelves.filter(({ sku }) => unitsOf(sku) !== null && !isDone(outcomes, idOf(sku)));
  const record = async ({ sku, onHand }: Shelf) => {
    const [id, counted, reason] = [idOf(sku), unitsOf(sku) ?? 0, text.reason(today())];
    const expected = there.get(id) ?? typed.get(id)?.expected ?? onHand;
    const body = { counts: [{ sku, warehouse, counted, expected, reason }], reference: "" };
    const has = (units: number) => setThere((before) => new Map(before).set(id, units));
    try {
      await answerOf(api.POST("/stock/counts", { body }));
      has(counted);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      const now = await onHandNow(sku, warehouse);
      if (now === expected) throw error;
      has(now);
      throw new Refused(409, { detail: text.changed(now) });
    }
  };
  const recordAll = async () => {
    setBusy(true);
    const byId = new Map(items.map((each) => [idOf(each.sku), each]));
    const act = async (id: string) => record(byId.get(id) as Shelf);
    const all = items.map(({ sku, name }) => ({ id: idOf(sku), name }));
    await actOnEach(all, outcomes, act, setOutcomes, () => isLeft.current);
    for (const queryKey of [["stock"], ["movements"]])
      client.invalidateQueries({ queryKey, predicate: (query) => query.queryKey[1] !== "to count" });
    setBusy(false);
  };
  const type = useCallback(
    (sku: string, units: string, onHand: number) => {
      setTyped((before) => {
        const earlier = before.get(idOf(sku));
        const expected = earlier?.units.trim() ? earlier.expected : onHand;
        return new Map(before).set(idOf(sku), { units, expected });
      });
      setOutcomes((before) => new Map([...before].filter(([id]) => id !== idOf(sku))));
    },
    [idOf, setTyped],
  );
  return {
    typedOf: (sku: string) => typed.get(idOf(sku))?.units ?? "",
    /** Null once it is recorded, why not where it was refused. */
    outcomeOf: (sku: string) => outcomes.get(idOf(sku)),
    type,
    left: items.length,
    busy,
    recordAll,
  };
}

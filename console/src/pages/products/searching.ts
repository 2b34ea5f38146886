import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { answerOf, api } from "../../api/client";
import { useCan } from "../../auth/context";

/** How many products are offered for what is typed. */
const MOST = 20;
const LONGEST = 100;

/** Products whose sku begins as typed, then those that have its words; all of them where nothing is typed. */
export const searchProducts = (q: string | undefined, cursor?: string, limit = 100) =>
  answerOf(api.GET("/products", { params: { query: { q, limit, cursor } } }));

/** The products that are offered for what is typed. */
export const offersFor = (typed: string) => ({
  queryKey: ["products", "offers", typed],
  queryFn: async () => (await searchProducts(typed, undefined, MOST)).items,
  staleTime: 60_000,
  retry: false,
});

export const canBeSku = (typed: string) => typed.length > 0 && typed.length <= LONGEST;

/** The sku that is meant: as typed where a product has it, else the only one that is the same in another case. */
export function meantBy(typed: string, skus: readonly string[]): string {
  if (skus.includes(typed)) return typed;
  const same = skus.filter((sku) => sku.toLowerCase() === typed.toLowerCase());
  return same.length === 1 ? (same[0] as string) : typed;
}

/** Finds the sku that is meant; what cannot be looked up is as typed, for the API to judge. */
export function useMeant() {
  const client = useQueryClient();
  const mayLook = useCan()("GET /products");
  return useCallback(
    async (sku: string) => {
      const typed = sku.trim();
      if (!mayLook || !canBeSku(typed)) return typed;
      const found = await client.fetchQuery(offersFor(typed)).catch(() => []);
      return meantBy(
        typed,
        found.map((each) => each.sku),
      );
    },
    [client, mayLook],
  );
}

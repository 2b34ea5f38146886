import { answerOf, api } from "../../api/client";

const readPage = (q: string | undefined, cursor: string | undefined, limit: number) =>
  answerOf(api.GET("/products", { params: { query: { q, limit, cursor } } }));

/** Products whose sku begins so; skus are mostly in capitals, however they are typed. */
export async function beginning(q: string | undefined, cursor?: string, limit = 100) {
  const found = await readPage(q, cursor, limit);
  const capitals = q?.toUpperCase();
  return found.items.length > 0 || cursor || capitals === q ? found : readPage(capitals, cursor, limit);
}

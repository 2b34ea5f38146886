import { answerOf, api, Refused, type Schemas } from "../../api/client";

type Order = Schemas["OrderView"];

const TRIES = 3;
const isOther = (error: unknown) =>
  error instanceof Refused && error.errors.some((each) => each.field === "version");

/** Change an order as it is now: it may have changed since the list was read, and may change until this is written. */
export async function changeAsRead(
  order_id: string,
  change: (order: Order) => Promise<unknown>,
  tries = TRIES,
): Promise<void> {
  const order = await answerOf(api.GET("/orders/{order_id}", { params: { path: { order_id } } }));
  try {
    await change(order);
  } catch (error) {
    if (tries <= 1 || !isOther(error)) throw error;
    await changeAsRead(order_id, change, tries - 1);
  }
}

import { AS_NEW, answerOf, api, isOutdated, Refused, type Schemas } from "../../api/client";
import { t } from "../../texts";

/** Say which product a listing means; it takes no other listing off: one that the product has there is refused. */
export const mapListing = (sku: string, channel: string, body: Schemas["ListingBody"]) =>
  answerOf(
    api.PUT("/products/{sku}/listings/{channel}", {
      params: { path: { sku, channel }, header: AS_NEW },
      body,
    }),
  ).catch((error) => {
    throw isOutdated(error) ? new Refused(409, { detail: t.setup.channels.unmatched.taken(sku) }) : error;
  });

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { refreshOrders } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { useKept } from "../../ui/kept";
import { LoadMore, QueryFailure, Scroll } from "../../ui/list";
import { SkuInput } from "../numbered/SkuInput";
import { useMeant } from "../products/searching";
import { mapListing } from "./mapListing";

const text = t.setup.channels.unmatched;
const head = text.columns;

/** Listings of a channel that mean no product here, as the last run of connecting found them. */
export function useUnmatched(channel: string, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["unmatched", channel],
    queryFn: ({ pageParam }) => {
      const params = { path: { channel_id: channel }, query: { limit: 100, cursor: pageParam ?? undefined } };
      return answerOf(api.GET("/channels/{channel_id}/unmatched", { params }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled,
  });
}

interface UnmatchedProps {
  channel: string;
  list: ReturnType<typeof useUnmatched>;
}

export function Unmatched({ channel, list }: UnmatchedProps) {
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <QueryFailure query={list} />
      <div className="tablewrap">
        {list.isPending && <Skeleton />}
        {list.isSuccess && items.length === 0 && <Empty title={text.none} text={text.noneWhy} />}
        {items.length > 0 && (
          <Scroll label={t.setup.channels.tabs.unmatched}>
            <table className="tbl setup-list">
              <thead>
                <tr>
                  <th>{head.title}</th>
                  <th className="w2">{head.sku}</th>
                  <th className="w1 p2">{head.reference}</th>
                  <th className="w2 p2">{head.why}</th>
                  <th className="w2">{head.map}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((each) => (
                  <UnmatchedRow key={each.reference} channel={channel} listing={each} />
                ))}
              </tbody>
            </table>
            <LoadMore list={list} />
          </Scroll>
        )}
      </div>
    </>
  );
}

function UnmatchedRow({ channel, listing }: { channel: string; listing: Schemas["UnmatchedListing"] }) {
  const can = useCan();
  return (
    <tr>
      <td className="m" title={listing.title}>
        {listing.title || listing.reference}
      </td>
      <td className="code">{listing.sku || t.common.none}</td>
      <td className="code p2">{listing.reference}</td>
      <td className="mid p2">{text.why[listing.reason]}</td>
      <td>
        {can("PUT /products/{sku}/listings/{channel}") && <MapForm channel={channel} listing={listing} />}
      </td>
    </tr>
  );
}

function MapForm({ channel, listing }: { channel: string; listing: Schemas["UnmatchedListing"] }) {
  const client = useQueryClient();
  const meant = useMeant();
  const [sku, setSku] = useKept(`map ${listing.reference}`, () => listing.sku, { of: listing.sku });
  const title = listing.title || listing.reference;
  const map = useMutation({
    mutationFn: async () => {
      if (!sku.trim()) throw new Refused(422, { detail: text.missing });
      const named = await meant(sku);
      // A product that does not exist is refused: a listing makes none.
      await answerOf(api.GET("/products/{sku}", { params: { path: { sku: named } } }));
      const body = { reference: listing.reference, fulfilled_by_channel: listing.fulfilled_by_channel };
      await mapListing(named, channel, body);
      return named;
    },
    onSuccess: (named) => say(text.mapped(title, named)),
    onSettled: () => {
      for (const queryKey of [["unmatched", channel], ["listings"]]) client.invalidateQueries({ queryKey });
      refreshOrders(client);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    map.mutate();
  };
  return (
    <form className="row" onSubmit={submit}>
      <SkuInput
        className="input short code"
        aria-label={text.mapTo(title)}
        aria-invalid={map.isError || undefined}
        value={sku}
        onSku={setSku}
      />
      <Button small type="submit" busy={map.isPending}>
        {text.map}
      </Button>
      {map.error && (
        <span className="danger small wrap" role="alert">
          {map.error instanceof Refused ? map.error.sentence : t.common.noAnswer}
        </span>
      )}
    </form>
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AS_NEW, answerOf, api, Refused, type Schemas } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { count } from "../../ui/format";
import { Check, Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { labelsOf } from "../../ui/labels";
import { asOptions, QueryFailure } from "../../ui/list";
import { ANEW, AsStored, useEdit } from "../setup/AsStored";

const text = t.products;
type Listing = Schemas["Listing"];
/** What a listing shows at most where nothing is said. */
const MOST = 999;

/** How channels know a product: what its orders call it there. */
export function Listings({ sku }: { sku: string }) {
  const can = useCan();
  const names = useNames();
  const [adding, setAdding] = useState(false);
  const [limiting, setLimiting] = useState<Listing | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const list = useQuery({
    queryKey: ["listings", sku],
    queryFn: () => answerOf(api.GET("/products/{sku}/listings", { params: { path: { sku } } })),
    enabled: can("GET /products/{sku}/listings"),
  });
  const items = list.data?.items ?? [];
  const unlisted = names.channels.filter((each) => !items.some((item) => item.channel === each.id));
  if (!can("GET /products/{sku}/listings")) return null;
  return (
    <section className="card" aria-label={text.listings}>
      <header>
        <h2>{text.listings}</h2>
        <span className="dim small">{text.listingsHint}</span>
        {can("PUT /products/{sku}/listings/{channel}") && unlisted.length > 0 && (
          <Button small icon="plus" className="right" onClick={() => setAdding(true)}>
            {text.addListing}
          </Button>
        )}
      </header>
      <QueryFailure query={list} />
      {list.isPending && <Skeleton rows={2} />}
      {list.isSuccess && items.length === 0 && <p className="pad14 mid">{text.noListing}</p>}
      <ul className="steps">
        {items.map((each) => (
          <li key={each.channel} className="listing">
            <span>
              <span className="m block">{names.channel(each.channel)}</span>
              <span className="code mid">{each.reference}</span>
              {each.fulfilled_by_channel && <span className="dim block small">{text.byChannel}</span>}
            </span>
            <span className="small dim">
              {each.always_use_max
                ? text.alwaysMost(count(each.max_quantity ?? MOST))
                : text.most(count(each.max_quantity ?? MOST))}
              {can("PATCH /products/{sku}/listings/{channel}") && (
                <Button
                  small
                  look="quiet"
                  icon="pencil"
                  aria-label={text.limit(names.channel(each.channel))}
                  onClick={() => setLimiting(each)}
                />
              )}
            </span>
            {can("DELETE /products/{sku}/listings/{channel}") && (
              <Button
                small
                look="quiet"
                icon="x"
                aria-label={text.unlist(names.channel(each.channel))}
                onClick={() => setRemoving(each.channel)}
              />
            )}
          </li>
        ))}
      </ul>
      {adding && <AddListing sku={sku} channels={unlisted} onClose={() => setAdding(false)} />}
      {limiting && <Limit listing={limiting} onClose={() => setLimiting(null)} />}
      {removing && <Unlist sku={sku} channel={removing} onClose={() => setRemoving(null)} />}
    </section>
  );
}

interface AddProps {
  sku: string;
  channels: readonly { id: string; name: string }[];
  onClose: () => void;
}

function AddListing({ sku, channels, onClose }: AddProps) {
  const names = useNames();
  const client = useQueryClient();
  const [{ channel, reference }, setTyped] = useKept("listing", () => ({
    channel: channels[0]?.id ?? "",
    reference: "",
  }));
  const add = async () => {
    if (!reference.trim()) throw new Refused(422, { detail: text.referenceMissing });
    const params = { path: { sku, channel }, header: AS_NEW };
    const body = { reference: reference.trim() };
    await answerOf(api.PUT("/products/{sku}/listings/{channel}", { params, body }));
    for (const queryKey of [
      ["listings", sku],
      ["unmatched", channel],
    ])
      client.invalidateQueries({ queryKey });
    refreshOrders(client);
    say(text.mapped(names.channel(channel)));
  };
  return (
    <Confirm title={text.mapTitle(sku)} confirm={text.mapConfirm} onClose={onClose} onConfirm={add}>
      <p>{text.mapText}</p>
      <Select
        label={text.channel}
        value={channel}
        options={asOptions(channels)}
        onChange={(id) => setTyped({ channel: id, reference })}
      />
      <Input
        first
        code
        label={text.reference}
        hint={text.referenceHint}
        maxLength={200}
        value={reference}
        onChange={(text) => setTyped({ channel, reference: text })}
      />
    </Confirm>
  );
}

/** How much of a product a channel shows at most, or always, as it is now. */
function Limit({ listing: { sku, channel }, onClose }: { listing: Listing; onClose: () => void }) {
  const names = useNames();
  const params = { path: { sku, channel } };
  const now = useQuery({
    queryKey: ["listings", sku, channel],
    queryFn: () => answerOf(api.GET("/products/{sku}/listings/{channel}", { params })),
    ...ANEW,
  });
  return (
    <AsStored query={now} title={text.limitTitle(sku, names.channel(channel))} rows={2} onClose={onClose}>
      {(stored) => <ChangeLimit listing={stored} onClose={onClose} />}
    </AsStored>
  );
}

const LABELS = labelsOf({ max_quantity: text.mostLabel, always_use_max: text.always });

const limitOf = ({ max_quantity, always_use_max }: Listing) => ({
  max_quantity: String(max_quantity ?? MOST),
  always_use_max: always_use_max ?? false,
});

function ChangeLimit({ listing, onClose }: { listing: Listing; onClose: () => void }) {
  const names = useNames();
  const client = useQueryClient();
  const { sku, channel } = listing;
  const { edit, setEdit, save, theirs } = useEdit({
    name: `limit ${channel}`,
    stored: listing,
    shown: limitOf,
    labels: LABELS,
    readAgain: () => client.invalidateQueries({ queryKey: ["listings", sku] }),
    send: ({ max_quantity, always_use_max }, header) => {
      const params = { path: { sku, channel }, header };
      const body = { max_quantity: Number(max_quantity), always_use_max };
      return answerOf(api.PATCH("/products/{sku}/listings/{channel}", { params, body }));
    },
  });
  const { max_quantity: most, always_use_max: always } = edit;
  const change = async () => {
    if (!/^\d+$/.test(most.trim())) throw new Refused(422, { detail: text.mostMissing });
    await save();
    say(text.limited(names.channel(channel)));
  };
  return (
    <Confirm
      title={text.limitTitle(sku, names.channel(channel))}
      confirm={text.limitConfirm}
      onClose={onClose}
      onConfirm={change}
    >
      <Input
        first
        label={text.mostLabel}
        hint={text.mostHint}
        inputMode="numeric"
        value={most}
        onChange={(typed) => setEdit({ ...edit, max_quantity: typed })}
      />
      <Check checked={always} onChange={(chosen) => setEdit({ ...edit, always_use_max: chosen })}>
        {text.always}
      </Check>
      {theirs}
    </Confirm>
  );
}

function Unlist({ sku, channel, onClose }: { sku: string; channel: string; onClose: () => void }) {
  const names = useNames();
  const client = useQueryClient();
  const remove = async () => {
    const params = { path: { sku, channel } };
    await answerOf(api.DELETE("/products/{sku}/listings/{channel}", { params }));
    client.invalidateQueries({ queryKey: ["listings", sku] });
    say(text.unlisted);
  };
  return (
    <Confirm
      title={text.unlistTitle(sku, names.channel(channel))}
      confirm={text.unlistConfirm}
      destructive
      onClose={onClose}
      onConfirm={remove}
    >
      <p>{text.unlistText}</p>
    </Confirm>
  );
}

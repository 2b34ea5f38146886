import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { useHealth } from "../../shell/Lag";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { ChoiceField, DayField, NumberField, SwitchField, TextField } from "../../ui/fields";
import { asOptions, choices } from "../../ui/list";
import { ListField, PairsField } from "../../ui/listFields";
import { Tabs } from "../../ui/Tabs";
import { type Form, useForm } from "../../ui/useForm";
import { ChannelActions, Pause } from "../health/ChannelActions";
import { ChannelState } from "../health/ChannelState";
import { Loaded } from "../setup/Loaded";
import { Remove } from "../setup/Remove";
import { SaveBar, Section } from "../setup/SettingsPage";
import { useSaved } from "../setup/useSaved";
import { Compared, useCompared } from "./Compared";
import { Connection } from "./Connection";
import { marketplaces } from "./kinds";
import { PublishAll } from "./PublishAll";
import { hasMoved, patchOf, SameStore } from "./SameStore";
import { Unmatched, useUnmatched } from "./Unmatched";

const route = getRouteApi("/channels/$id");
const text = t.setup.channels;
type Channel = Schemas["Channel"];

/** One channel: its settings, its connection, listings that match no product, and quantities that differ. */
export function ChannelPage() {
  const { id } = route.useParams();
  const query = useQuery({
    queryKey: ["channel", id],
    queryFn: () => answerOf(api.GET("/channels/{channel_id}", { params: { path: { channel_id: id } } })),
  });
  return (
    <Loaded title={id} back={{ to: "/channels", label: text.title }} query={query}>
      {(channel) => <Editor key={id} channel={channel} />}
    </Loaded>
  );
}

function Editor({ channel }: { channel: Channel }) {
  const { tab } = route.useSearch();
  const navigate = useNavigate({ from: "/channels/$id" });
  const can = useCan();
  const [pausing, setPausing] = useState(false);
  const health = useHealth().data?.find((each) => each.channel === channel.id);
  const name = channel.name || channel.id;
  const isCalled = channel.kind !== "offline";
  const isActive = channel.active !== false && !channel.awaits_connection;
  const unmatched = useUnmatched(channel.id, isCalled);
  const compared = useCompared(channel.id, isCalled && can("GET /channels/{channel_id}/drift"));
  const params = { path: { channel_id: channel.id } };
  const saved = useSaved(name, ["channels"], ["channel", channel.id], ["account"]);
  const form = useForm<Channel>({
    saved: channel,
    readOnly: !can("PATCH /channels/{channel_id}"),
    send: (patch, value, header) => {
      const body = patchOf(patch, hasMoved(channel, value));
      return saved(answerOf(api.PATCH("/channels/{channel_id}", { params: { ...params, header }, body })));
    },
  });
  const count = unmatched.data?.pages.flatMap((page) => page.items).length;
  return (
    <Page
      title={name}
      back={{ to: "/channels", label: text.title }}
      badges={health && isCalled && <ChannelState health={health} />}
    >
      {isCalled && (
        <Tabs
          label={name}
          current={tab ?? "settings"}
          tabs={[
            { id: "settings", label: text.tabs.settings },
            { id: "unmatched", label: text.tabs.unmatched, count },
            { id: "compared", label: text.tabs.compared, count: compared.data?.different },
          ]}
          onChoose={(id) => navigate({ search: { tab: id === "settings" ? undefined : id }, replace: true })}
        />
      )}
      {tab === "unmatched" ? (
        <Unmatched channel={channel.id} list={unmatched} />
      ) : tab === "compared" ? (
        <Compared query={compared} />
      ) : (
        <>
          <SaveBar form={form}>
            {isCalled && (
              <>
                {isActive && (
                  <ChannelActions
                    channel={channel.id}
                    name={name}
                    paused={Boolean(channel.paused_since)}
                    onPause={() => setPausing(true)}
                  />
                )}
                {isActive && !channel.paused_since && <PublishAll channel={channel.id} name={name} />}
                <Link to="/health" className="link">
                  {text.health}
                </Link>
              </>
            )}
          </SaveBar>
          <div className="setup-cols">
            <div className="col">
              <Settings form={form} channel={channel} />
              <Remove
                needs="DELETE /channels/{channel_id}"
                name={name}
                text={text}
                list="channels"
                remove={() => answerOf(api.DELETE("/channels/{channel_id}", { params }))}
              />
            </div>
            {isCalled && <Connection channel={channel} />}
          </div>
        </>
      )}
      {pausing && <Pause channel={channel.id} onClose={() => setPausing(false)} />}
    </Page>
  );
}

function Settings({ form, channel }: { form: Form<Channel>; channel: Channel }) {
  const { warehouses } = useNames();
  const isCalled = channel.kind !== "offline";
  return (
    <>
      <Section title={text.about} about={text.kind[channel.kind]}>
        <TextField form={form} path="name" label={text.name} />
        {isCalled && (
          <TextField form={form} path="base_url" label={text.address} hint={text.addressHint} optional />
        )}
        {channel.kind === "amazon" && (
          <>
            <TextField form={form} path="seller" label={text.seller} optional />
            <ChoiceField
              form={form}
              path="marketplace"
              label={text.marketplace}
              hint={text.marketplaceHint}
              options={marketplaces()}
            />
          </>
        )}
        {isCalled && <SameStore form={form} channel={channel} />}
        {isCalled && (
          <>
            <NumberField form={form} path="poll_minutes" label={text.pollMinutes} unit={text.minutes} />
            <NumberField form={form} path="calls_per_second" label={text.callsPerSecond} />
          </>
        )}
        <SwitchField form={form} path="active" label={t.setup.active} hint={text.activeHint} />
      </Section>
      <Section title={text.orders}>
        <ChoiceField
          form={form}
          path="override_warehouse"
          label={text.override}
          hint={text.overrideHint}
          none={text.byRules}
          options={asOptions(warehouses)}
        />
        <ChoiceField
          form={form}
          path="reduce_on"
          label={text.reduceOn}
          options={(["created", "paid"] as const).map((value) => ({ value, label: text.reduce[value] }))}
        />
        <ListField form={form} path="ship_unpaid" label={text.shipUnpaid} hint={text.shipUnpaidHint} />
        <DayField form={form} path="ignore_before" label={text.ignoreBefore} hint={text.ignoreBeforeHint} />
        {isCalled && <SwitchField form={form} path="notify_customer" label={text.notifyCustomer} />}
        {isCalled && <SwitchField form={form} path="share_holds" label={text.shareHolds} />}
        <SwitchField form={form} path="slip_prices" label={text.slipPrices} />
      </Section>
      <Section title={text.labels}>
        <ChoiceField
          form={form}
          path="label_policy"
          label={text.labelPolicy}
          options={choices(text.labelPolicies)}
        />
        {form.value.label_policy === "own_except" && (
          <ListField form={form} path="excluded_carriers" label={text.excluded} hint={text.shipUnpaidHint} />
        )}
      </Section>
      {warehouses.some((each) => each.kind === "fba") && (
        <Section title={t.amazonShips.orders}>
          <ChoiceField
            form={form}
            path="packaging"
            label={t.amazonShips.packaging}
            options={choices(t.amazonShips.packagings)}
          />
          <SwitchField form={form} path="block_amazon_logistics" label={t.amazonShips.blockLogistics} />
        </Section>
      )}
      {isCalled && (
        <Section title={text.quantities}>
          <NumberField form={form} path="reserve" label={text.reserve} hint={text.reserveHint} />
          <NumberField
            form={form}
            path="percent"
            label={text.percent}
            hint={text.percentHint}
            unit="%"
            optional
          />
          <TextField form={form} path="location" label={text.location} hint={text.locationHint} optional />
          {channel.kind === "shopify" && (
            <PairsField
              form={form}
              path="locations"
              label={text.locations}
              hint={text.locationsHint}
              from={text.locationOf}
              to={text.location}
              options={asOptions(warehouses)}
            />
          )}
        </Section>
      )}
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { namedOf } from "../../api/names";
import { useAccount } from "../../api/queries";
import { useCan } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../ui/fields";
import { asOptions, choices } from "../../ui/list";
import { ListField, ManyField } from "../../ui/listFields";
import { type Form, useForm } from "../../ui/useForm";
import { Loaded } from "../setup/Loaded";
import { Remove } from "../setup/Remove";
import { SaveBar, Section } from "../setup/SettingsPage";
import { useSaved } from "../setup/useSaved";
import { AmazonFields } from "./AmazonFields";
import { Regions } from "./Regions";

const route = getRouteApi("/warehouses/$id");
const text = t.setup.warehouses;
type Warehouse = Schemas["Warehouse"];

/** One warehouse: where it is, when it ships, and how it prints. */
export function WarehousePage() {
  const { id } = route.useParams();
  const query = useQuery({
    queryKey: ["warehouse", id],
    queryFn: () =>
      answerOf(api.GET("/warehouses/{warehouse_id}", { params: { path: { warehouse_id: id } } })),
  });
  return (
    <Loaded title={id} back={{ to: "/warehouses", label: text.title }} query={query}>
      {(warehouse) => <Editor key={id} warehouse={warehouse} />}
    </Loaded>
  );
}

function Editor({ warehouse }: { warehouse: Warehouse }) {
  const can = useCan();
  const name = warehouse.name || warehouse.id;
  const params = { path: { warehouse_id: warehouse.id } };
  const saved = useSaved(name, ["warehouses"], ["warehouse", warehouse.id], ["account"]);
  const form = useForm<Warehouse>({
    saved: warehouse,
    readOnly: !can("PATCH /warehouses/{warehouse_id}"),
    send: (body, _, header) =>
      saved(answerOf(api.PATCH("/warehouses/{warehouse_id}", { params: { ...params, header }, body }))),
  });
  return (
    <Page title={name} back={{ to: "/warehouses", label: text.title }}>
      <SaveBar form={form}>
        {can("POST /routing/dry-run") && (
          <Link to="/routing" className="link">
            {text.routing}
          </Link>
        )}
      </SaveBar>
      <div className="setup-cols">
        <div className="col">
          <Settings form={form} />
          <Remove
            needs="DELETE /warehouses/{warehouse_id}"
            name={name}
            text={text}
            list="warehouses"
            remove={() => answerOf(api.DELETE("/warehouses/{warehouse_id}", { params }))}
          />
        </div>
      </div>
    </Page>
  );
}

const ADDRESS = [
  "name",
  "company",
  "address1",
  "address2",
  "city",
  "state",
  "postcode",
  "country",
  "phone",
] as const;

function Settings({ form }: { form: Form<Warehouse> }) {
  const can = useCan();
  const carriers = useQuery({
    queryKey: ["carriers"],
    queryFn: () => answerOf(api.GET("/carriers")),
    enabled: can("GET /carriers"),
  });
  const boxes = asOptions(namedOf(useAccount().data?.boxes));
  const accounts = asOptions(namedOf(carriers.data?.items));
  return (
    <>
      <Section title={text.about} about={text.kind[form.value.kind ?? "own"]}>
        <TextField form={form} path="name" label={text.name} />
        <SwitchField form={form} path="active" label={t.setup.active} hint={text.activeHint} />
        <SwitchField form={form} path="counts_for_sync" label={text.countsForSync} />
      </Section>
      {form.value.kind === "fba" && <AmazonFields form={form} />}
      <Section title={text.address} about={text.addressHint}>
        {ADDRESS.map((each) => (
          <TextField key={each} form={form} path={`address.${each}`} label={text.addressFields[each]} />
        ))}
      </Section>
      <Section title={text.handling} about={text.handlingHint}>
        <ManyField
          form={form}
          path="handling.working_days"
          label={text.workingDays}
          options={choices(text.days)}
        />
        <TextField form={form} path="handling.cut_off" label={text.cutOff} type="time" />
        <NumberField form={form} path="handling.days" label={text.handlingDays} />
        <TextField form={form} path="handling.time_zone" label={text.timeZone} />
        <ListField form={form} path="handling.closed_on" label={text.closedOn} placeholder="2026-12-25" />
      </Section>
      <Regions form={form} />
      <Section title={text.printing}>
        <ChoiceField form={form} path="ships_on" label={text.shipsOn} options={choices(text.shipsOns)} />
        <ChoiceField
          form={form}
          path="carrier_account"
          label={text.carrier}
          none={text.anyCarrier}
          options={accounts}
        />
        {boxes.length > 0 && (
          <ChoiceField
            form={form}
            path="default_box"
            label={text.defaultBox}
            none={text.noDefaultBox}
            options={boxes}
          />
        )}
        <ChoiceField form={form} path="paper" label={text.paper} options={choices(text.papers)} />
        <ChoiceField form={form} path="label_format" label={text.labels} options={choices(text.formats)} />
      </Section>
    </>
  );
}

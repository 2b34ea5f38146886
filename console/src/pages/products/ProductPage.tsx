import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useAccount, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { ChoiceField, MoneyField, NumberField, SwitchField, TextField } from "../../ui/fields";
import { asOptions } from "../../ui/list";
import { PairsField } from "../../ui/listFields";
import { type Form, useForm } from "../../ui/useForm";
import { Loaded } from "../setup/Loaded";
import { Remove } from "../setup/Remove";
import { SaveBar, Section } from "../setup/SettingsPage";
import { useSaved } from "../setup/useSaved";
import { Buying } from "./Buying";
import { Listings } from "./Listings";

const route = getRouteApi("/products/$sku");
const text = t.products;
export type Product = Schemas["Product"];

/** One product: what it is, how it ships, and how channels know it. */
export function ProductPage() {
  const { sku } = route.useParams();
  const query = useQuery({
    queryKey: ["product", sku],
    queryFn: () => answerOf(api.GET("/products/{sku}", { params: { path: { sku } } })),
  });
  return (
    <Loaded title={sku} back={{ to: "/products", label: text.title }} query={query}>
      {(product) => <Editor key={sku} product={product} />}
    </Loaded>
  );
}

function Editor({ product }: { product: Product }) {
  const can = useCan();
  const params = { path: { sku: product.sku } };
  const saved = useSaved(product.sku, ["products"], ["product", product.sku]);
  const form = useForm<Product>({
    saved: product,
    readOnly: !can("PATCH /products/{sku}"),
    send: (body, _, header) =>
      saved(answerOf(api.PATCH("/products/{sku}", { params: { ...params, header }, body }))),
  });
  return (
    <Page title={product.sku} back={{ to: "/products", label: text.title }}>
      <SaveBar form={form} whoMay={t.setup.operatorsChange}>
        {can("GET /stock") && (
          <Link to="/stock/$sku" params={{ sku: product.sku }} className="link">
            {text.stock}
          </Link>
        )}
      </SaveBar>
      <div className="setup-cols">
        <div className="col">
          <Settings form={form} wasMade={product.needs_review ?? false} />
          <Remove
            needs="DELETE /products/{sku}"
            name={product.sku}
            text={text}
            list="products"
            remove={() => answerOf(api.DELETE("/products/{sku}", { params }))}
          />
        </div>
        <Listings sku={product.sku} />
      </div>
    </Page>
  );
}

const KINDS = ["stocked", "kit", "built"] as const;

function Settings({ form, wasMade }: { form: Form<Product>; wasMade: boolean }) {
  const { warehouses } = useNames();
  const account = useAccount();
  const places = asOptions(warehouses);
  return (
    <>
      <Section title={text.about}>
        <TextField form={form} path="name" label={text.name} />
        <TextField form={form} path="barcode" label={text.barcode} optional />
        <ChoiceField
          form={form}
          path="kind"
          label={text.kindLabel}
          hint={text.kindHint}
          options={KINDS.map((value) => ({ value, label: text.kind[value] }))}
        />
        {form.value.kind !== "stocked" && (
          <PairsField
            form={form}
            path="components"
            label={text.components}
            hint={text.componentsHint}
            from={text.component}
            to={text.units}
            numbers
          />
        )}
        {wasMade && <SwitchField form={form} path="needs_review" label={text.review} hint={text.reviewed} />}
      </Section>
      <Section title={text.selling}>
        <SwitchField form={form} path="sync" label={text.sync} />
        <NumberField form={form} path="reserve" label={text.reserve} />
      </Section>
      <Buying form={form} />
      <Section title={text.shipping}>
        <ChoiceField
          form={form}
          path="pinned_warehouse"
          label={text.pinned}
          none={text.byRules}
          options={places}
        />
        <NumberField form={form} path="weight_g" label={text.weight} unit="g" />
        <NumberField form={form} path="length_mm" label={text.length} unit="mm" />
        <NumberField form={form} path="width_mm" label={text.width} unit="mm" />
        <NumberField form={form} path="height_mm" label={text.height} unit="mm" />
        <PairsField
          form={form}
          path="bins"
          label={text.bins}
          from={text.warehouse}
          to={text.bin}
          options={places}
        />
      </Section>
      <Section title={text.customs}>
        <TextField form={form} path="customs_description" label={text.customsText} />
        <TextField form={form} path="origin_country" label={text.origin} placeholder="PT" />
        <TextField form={form} path="hs_code" label={text.hsCode} />
        <MoneyField
          form={form}
          path="customs_value"
          label={text.customsValue}
          hint={text.customsValueHint}
          currencyLabel={text.customsCurrency}
          optionalIn={account.data?.currency ?? ""}
        />
      </Section>
    </>
  );
}

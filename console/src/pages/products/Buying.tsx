import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { useAccount, useSuppliers } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button, Kbd } from "../../ui/bits";
import { ChoiceField, MoneyField, NumberField, SwitchField, TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { useLabel } from "../../ui/labels";
import { PairsField } from "../../ui/listFields";
import { moved, Reorder } from "../../ui/Reorder";
import type { Form } from "../../ui/useForm";
import type { Product } from "./ProductPage";
import { newTerms, supplierOptions, type Terms, whyUnused } from "./terms";

const text = t.products.buying;
const PATH = "bought_from";

/** Who sells the product to us, first the one that is preferred, on which terms; what suppliers call it. */
export function Buying({ form }: { form: Form<Product> }) {
  const can = useCan();
  const card = useRef<HTMLElement>(null);
  const suppliers = useSuppliers();
  const account = useAccount();
  useLabel(form, PATH, text.title);
  const sellers = form.value.bought_from ?? [];
  const isKit = form.value.kind === "kit";
  const inside = sellers.some((_, place) => form.problem(`${PATH}.${place}`));
  const whole = inside ? undefined : form.problem(PATH);
  const nameOf = (terms: Terms, place: number) => suppliers.name(terms.supplier) || text.seller(place + 1);
  const others = supplierOptions(suppliers).filter(
    (each) => !sellers.some((terms) => terms.supplier === each.value),
  );
  const focus = (place: number) =>
    requestAnimationFrame(() => {
      const row = card.current?.querySelectorAll(".reorder > li")[place];
      const next = row?.querySelector<HTMLElement>("select") ?? card.current?.querySelector("button");
      next?.focus();
    });
  const add = () => {
    form.set(PATH, [...sellers, newTerms(sellers, suppliers, account.data?.currency ?? "")]);
    focus(sellers.length);
  };
  const remove = (place: number) => {
    form.set(PATH, sellers.toSpliced(place, 1));
    focus(Math.min(place, sellers.length - 2));
  };
  if (!can("GET /suppliers")) return null; // roles that see no prices are not sent them
  return (
    <section className="card buying" aria-label={text.title} ref={card}>
      <header>
        <h2>{text.title}</h2>
        <span className="dim small">{sellers.length > 1 && text.preferred}</span>
        {!form.readOnly && !isKit && !suppliers.isNone && (
          <Button small icon="plus" className="right" onClick={add}>
            {text.add}
          </Button>
        )}
      </header>
      {sellers.length === 0 && !suppliers.isNone && (
        <p className="mid pad14">{isKit ? text.kit : text.none}</p>
      )}
      {sellers.length === 0 && suppliers.isNone && (
        <p className="mid pad14">
          {text.noSupplier}{" "}
          <Link to="/suppliers" className="link">
            {text.toSuppliers}
          </Link>
        </p>
      )}
      {whole && (
        <p className="danger pad14" role="alert">
          {whole}
        </p>
      )}
      <Reorder
        label={text.sellers}
        items={sellers.map((terms, place) => ({ terms, place }))}
        keyOf={({ place }) => String(place)}
        disabled={form.readOnly || sellers.length < 2}
        handle={({ terms }, place) => text.move(nameOf(terms, place), place + 1, sellers.length)}
        said={({ terms, place }, to) => text.moved(nameOf(terms, place), to + 1, sellers.length)}
        onMove={(from, to) => form.set(PATH, moved(sellers, from, to))}
      >
        {({ terms, place }) => (
          <Seller form={form} place={place} terms={terms} name={nameOf(terms, place)} onRemove={remove} />
        )}
      </Reorder>
      {sellers.length > 1 && !form.readOnly && (
        <p className="small dim pad14">
          {text.how} <Kbd>Alt</Kbd> <Kbd>↑</Kbd> <Kbd>↓</Kbd>
        </p>
      )}
      <div className="fields">
        <SwitchField form={form} path="bought_per_order" label={text.perOrder} hint={text.perOrderHint} />
        <PairsField
          form={form}
          path="supplier_skus"
          label={text.partners}
          hint={text.partnersHint}
          from={text.supplier}
          to={text.theirSku}
          options={others}
          without={sellers.map((each) => each.supplier)}
        />
      </div>
    </section>
  );
}

interface SellerProps {
  form: Form<Product>;
  place: number;
  terms: Terms;
  name: string;
  onRemove: (place: number) => void;
}

/** The terms of one supplier, with what is wrong beside each field. */
function Seller({ form, place, terms, name, onRemove }: SellerProps) {
  const suppliers = useSuppliers();
  const at = `${PATH}.${place}`;
  const why = whyUnused(terms.supplier, suppliers);
  return (
    <fieldset className="seller">
      <legend className="sr">{name}</legend>
      <div className="seller-line">
        <ChoiceField
          form={form}
          path={`${at}.supplier`}
          label={text.rank(place + 1)}
          called={text.supplier}
          options={supplierOptions(suppliers)}
        />
        {terms.supplier && (
          <TextField
            form={form}
            path={`supplier_skus.${terms.supplier}`}
            label={text.theirSku}
            called={text.skuOf(name)}
            optional
          />
        )}
      </div>
      {why && (
        <span className="small warn row" role="status">
          <Icon name="alert-triangle" small />
          {why}
        </span>
      )}
      <div className="seller-line terms">
        <MoneyField form={form} path={`${at}.price`} label={text.price} currencyLabel={text.currency} />
        <NumberField form={form} path={`${at}.case_pack`} label={text.casePack} />
        <NumberField form={form} path={`${at}.minimum`} label={text.minimum} />
        <NumberField form={form} path={`${at}.lead_days`} label={text.leadDays} unit={text.days} />
      </div>
      {!form.readOnly && (
        <Button
          small
          look="quiet"
          icon="x"
          className="out"
          aria-label={t.setup.removeItem(name)}
          title={t.setup.removeItem(name)}
          onClick={() => onRemove(place)}
        />
      )}
    </fieldset>
  );
}

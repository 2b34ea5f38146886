import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AS_NEW, answerOf, api, isOutdated, Refused, type Schemas } from "../../api/client";
import { useAccount, useSuppliers } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { amountOf } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { newTerms, supplierOptions, type Terms, whyUnused } from "./terms";

const text = t.products;
const BLANK = { sku: "", name: "", supplier: "", price: "", currency: null as string | null };
const NOBODY = { value: "", label: text.buying.nobodyYet };

interface NewProps {
  onClose: () => void;
  onCreated: (sku: string) => void;
}

/** A product by its sku, and who sells it where that is known already; all else is on its page. */
export function NewProduct({ onClose, onCreated }: NewProps) {
  const client = useQueryClient();
  const suppliers = useSuppliers();
  const account = useAccount();
  const [typed, setTyped] = useKept("new", () => BLANK);
  const set = (part: Partial<typeof BLANK>) => setTyped((before) => ({ ...before, ...part }));
  const { sku, name, supplier, price } = typed;
  const [problems, setProblems] = useState<Schemas["FieldError"][]>([]);
  const currency = typed.currency ?? account.data?.currency ?? "";
  const problem = (field: string) =>
    problems
      .filter((each) => each.field === field || each.field.startsWith(`${field}.`))
      .map((each) => each.message)
      .join("; ");
  const terms: Terms[] = supplier
    ? [{ ...newTerms([], suppliers, currency), supplier, price: { amount: amountOf(price), currency } }]
    : [];
  const create = async () => {
    const wanted = sku.trim();
    if (!wanted) throw new Refused(422, { detail: text.skuMissing });
    setProblems([]);
    const params = { path: { sku: wanted }, header: AS_NEW };
    const body = { name: name.trim(), bought_from: terms };
    await answerOf(api.PUT("/products/{sku}", { params, body })).catch((error) => {
      if (isOutdated(error)) throw new Refused(412, { detail: t.setup.create.idTaken });
      if (error instanceof Refused) setProblems(error.errors);
      throw error;
    });
    client.invalidateQueries({ queryKey: ["products"] });
    say(text.created(wanted));
    onCreated(wanted);
  };
  return (
    <Confirm
      title={text.addTitle}
      confirm={text.addConfirm}
      footnote={t.setup.create.later}
      disabled={supplier !== "" && account.isLoading}
      onClose={onClose}
      onConfirm={create}
    >
      <Input
        first
        code
        label={text.sku}
        problem={problem("sku")}
        maxLength={100}
        value={sku}
        onChange={(value) => set({ sku: value })}
      />
      <Input
        label={text.name}
        problem={problem("name")}
        maxLength={255}
        value={name}
        onChange={(value) => set({ name: value })}
      />
      {suppliers.all.length > 0 && (
        <Select
          label={text.buying.title}
          hint={whyUnused(supplier, suppliers)}
          problem={problem("bought_from.0.supplier")}
          value={supplier}
          options={[NOBODY, ...supplierOptions(suppliers)]}
          onChange={(value) => set({ supplier: value })}
        />
      )}
      {supplier && (
        <div className="seller-line">
          <Input
            label={text.buying.price}
            problem={problem("bought_from.0.price")}
            inputMode="decimal"
            value={price}
            onChange={(value) => set({ price: value })}
          />
          <Input
            code
            label={text.buying.currency}
            maxLength={3}
            value={currency}
            onChange={(value) => set({ currency: value.toUpperCase() })}
          />
        </div>
      )}
    </Confirm>
  );
}

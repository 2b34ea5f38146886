import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../ui/fields";
import { choices } from "../../ui/list";
import { ListField } from "../../ui/listFields";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";
import { AnswerLayouts } from "./AnswerLayout";
import { Layout } from "./Layout";
import { PURCHASE_SOURCES, USUAL_PURCHASE } from "./layout";
import type { Edited } from "./SupplierPage";

const text = t.buying;
const NEW_MAIL = { kind: "email", host: "", port: 587, security: "starttls", sender: "", recipients: [] };

/** What the purchase orders of a supplier say, how they get there, and how its answers are read. */
export function PurchasesTab({ form }: { form: Form<Edited> }) {
  return (
    <>
      <Section title={text.title}>
        <TextField form={form} path="purchasing.account" label={text.account} />
        <ChoiceField
          form={form}
          path="purchasing.per_order"
          label={text.perOrder}
          options={choices(text.perOrders)}
        />
        <div className="wide">
          <TextField form={form} path="purchasing.terms" label={text.terms} hint={text.termsHint} />
        </div>
        <NumberField
          form={form}
          path="purchasing.price_tolerance_percent"
          label={text.tolerance}
          hint={text.toleranceHint}
          unit="%"
        />
        <TextField form={form} path="purchasing.folder" label={text.folder} hint={text.folderHint} optional />
        <SwitchField form={form} path="purchasing.pdf" label={text.pdf} hint={text.pdfHint} />
        <SwitchField form={form} path="purchasing.drop_ship" label={text.dropShip} />
      </Section>
      <Mail form={form} />
      <Layout
        form={form}
        path="purchasing.layout"
        sources={PURCHASE_SOURCES}
        usual={USUAL_PURCHASE}
        none={[text.noFile, text.noFileWhy]}
      />
      <AnswerLayouts form={form} path="purchasing.answers" about="purchases">
        {(path) => (
          <>
            <SwitchField form={form} path={`${path}.counts_cases`} label={text.countsCases} />
            <SwitchField form={form} path={`${path}.decimal_comma`} label={text.decimalComma} />
          </>
        )}
      </AnswerLayouts>
    </>
  );
}

function Mail({ form }: { form: Form<Edited> }) {
  const at = "purchasing.email";
  if (!form.at(at))
    return (
      <section className="card pad14 asks">
        <p className="mid">{text.noMail}</p>
        {!form.readOnly && (
          <Button small icon="plus" onClick={() => form.set(at, NEW_MAIL)}>
            {text.addMail}
          </Button>
        )}
      </section>
    );
  return (
    <Section title={text.mail}>
      <TextField form={form} path={`${at}.host`} label={t.setup.suppliers.host} />
      <NumberField form={form} path={`${at}.port`} label={t.setup.suppliers.port} />
      <ChoiceField
        form={form}
        path={`${at}.security`}
        label={text.security}
        options={choices(text.securities)}
      />
      <TextField form={form} path={`${at}.user`} label={t.setup.suppliers.user} />
      <TextField form={form} path={`${at}.sender`} label={t.setup.suppliers.sender} />
      <ListField
        form={form}
        path={`${at}.recipients`}
        label={t.setup.suppliers.recipients}
        hint={t.setup.suppliers.recipientsHint}
      />
      <TextField form={form} path={`${at}.subject`} label={t.setup.suppliers.subject} />
      {!form.readOnly && (
        <span className="wide">
          <Button small look="bad" onClick={() => form.set(at, null)}>
            {text.removeMail}
          </Button>
        </span>
      )}
    </Section>
  );
}

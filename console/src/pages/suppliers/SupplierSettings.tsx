import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { ChoiceField, NumberField, SecretField, SwitchField, TextField } from "../../ui/fields";
import { asOptions, choices } from "../../ui/list";
import { ListField, ManyField } from "../../ui/listFields";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";
import type { Edited } from "./SupplierPage";

const text = t.setup.suppliers;

export function SupplierSettings({ form }: { form: Form<Edited> }) {
  const { warehouses } = useNames();
  const shipping = warehouses.filter((each) => each.kind === "dropship" || each.kind === "3pl");
  return (
    <>
      <Section title={text.about}>
        <TextField form={form} path="name" label={text.name} />
        <SwitchField form={form} path="active" label={t.setup.active} hint={text.activeHint} />
        <ManyField
          form={form}
          path="warehouses"
          label={text.warehouses}
          hint={text.warehousesHint}
          options={asOptions(shipping)}
        />
      </Section>
      <ConnectionFields form={form} />
      <Section title={text.sending}>
        <ChoiceField form={form} path="forward" label={text.forward} options={choices(text.forwards)} />
        <NumberField form={form} path="every_minutes" label={text.everyMinutes} unit={text.minutes} />
        <NumberField form={form} path="most_orders_per_file" label={text.most} />
        <NumberField form={form} path="answers_within_hours" label={text.answersWithin} unit={text.hours} />
        <ChoiceField form={form} path="when_silent" label={text.whenSilent} options={choices(text.silents)} />
      </Section>
      <Section title={text.visible}>
        {(["prices", "email", "phone"] as const).map((each) => (
          <SwitchField key={each} form={form} path={`visible.${each}`} label={text.see[each]} />
        ))}
      </Section>
    </>
  );
}

const NEW_TRANSPORT: Record<string, object> = {
  sftp: { kind: "sftp", host: "", user: "", host_keys: [], port: 22 },
  ftp: { kind: "ftp", host: "", user: "", port: 21 },
  ftps: { kind: "ftps", host: "", user: "", port: 21 },
  https: { kind: "https", base_url: "" },
  email: { kind: "email", host: "", sender: "", recipients: [], port: 587 },
};

function ConnectionFields({ form }: { form: Form<Edited> }) {
  const kind = form.value.transport?.kind;
  const isServer = kind === "sftp" || kind === "ftp" || kind === "ftps";
  return (
    <Section title={text.connection}>
      <div className="form-field">
        <label htmlFor="transport-kind">{text.kind}</label>
        <select
          id="transport-kind"
          className="input"
          disabled={form.readOnly}
          value={kind ?? ""}
          onChange={(event) => form.set("transport", NEW_TRANSPORT[event.target.value] ?? null)}
        >
          <option value="">{text.noTransport}</option>
          {choices(text.transport).map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </select>
      </div>
      {kind && kind !== "https" && <TextField form={form} path="transport.host" label={text.host} />}
      {kind === "https" && <TextField form={form} path="transport.base_url" label={text.baseUrl} />}
      {kind && kind !== "https" && <NumberField form={form} path="transport.port" label={text.port} />}
      {kind && kind !== "https" && <TextField form={form} path="transport.user" label={text.user} />}
      {kind === "sftp" && (
        <ListField form={form} path="transport.host_keys" label={text.hostKeys} hint={text.hostKeysHint} />
      )}
      {kind === "email" && (
        <>
          <TextField form={form} path="transport.sender" label={text.sender} />
          <ListField
            form={form}
            path="transport.recipients"
            label={text.recipients}
            hint={text.recipientsHint}
          />
          <TextField form={form} path="transport.subject" label={text.subject} />
        </>
      )}
      {kind && kind !== "https" && (
        <SecretField form={form} path="credentials.password" label={text.password} hint={text.secretsHint} />
      )}
      {kind === "https" && (
        <SecretField form={form} path="credentials.token" label={text.token} hint={text.secretsHint} />
      )}
      {kind === "sftp" && (
        <>
          <SecretField form={form} path="credentials.private_key" label={text.privateKey} long />
          <SecretField form={form} path="credentials.passphrase" label={text.passphrase} />
        </>
      )}
      {(isServer || kind === "https") && (
        <>
          <TextField form={form} path="folders.orders" label={text.ordersIn} />
          <TextField form={form} path="folders.cancellations" label={text.cancelIn} optional />
          <TextField
            form={form}
            path="folders.processed"
            label={text.processed}
            hint={text.processedHint}
            optional
          />
        </>
      )}
    </Section>
  );
}

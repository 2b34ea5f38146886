import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { NumberField, SecretField, SwitchField, TextField } from "../../ui/fields";
import { useForm } from "../../ui/useForm";
import { Loaded } from "../setup/Loaded";
import { Remove } from "../setup/Remove";
import { SaveBar, Section } from "../setup/SettingsPage";
import { useSaved } from "../setup/useSaved";

import { Manifests } from "./Manifests";

const route = getRouteApi("/carriers/$id");
const text = t.setup.carriers;
type Account = Schemas["CarrierAccount"];
type Edited = Account & { credentials?: Schemas["NewCredentials"] };

/** One carrier account. */
export function CarrierPage() {
  const { id } = route.useParams();
  const query = useQuery({
    queryKey: ["carrier", id],
    queryFn: () => answerOf(api.GET("/carriers/{carrier_id}", { params: { path: { carrier_id: id } } })),
  });
  return (
    <Loaded title={id} back={{ to: "/carriers", label: text.title }} query={query}>
      {(account) => <Editor key={id} account={account} />}
    </Loaded>
  );
}

function Editor({ account }: { account: Account }) {
  const can = useCan();
  const name = account.name || account.id;
  const params = { path: { carrier_id: account.id } };
  const isCalled = account.kind !== "manual";
  const saved = useSaved(name, ["carriers"], ["carrier", account.id]);
  const form = useForm<Edited>({
    saved: account,
    readOnly: !can("PATCH /carriers/{carrier_id}"),
    send: (body, _, header) =>
      saved(answerOf(api.PATCH("/carriers/{carrier_id}", { params: { ...params, header }, body }))),
  });
  return (
    <Page title={name} back={{ to: "/carriers", label: text.title }}>
      <SaveBar form={form} />
      <div className="setup-cols">
        <div className="col">
          <Section title={text.about} about={text.kind[account.kind]}>
            <TextField form={form} path="name" label={text.name} />
            {isCalled && (
              <>
                <TextField
                  form={form}
                  path="base_url"
                  label={text.address}
                  hint={text.addressHint}
                  optional
                />
                <NumberField form={form} path="calls_per_second" label={text.callsPerSecond} />
                <SecretField form={form} path="credentials.token" label={text.token} hint={text.keep} />
                <SecretField
                  form={form}
                  path="credentials.webhook_secrets"
                  label={text.webhookSecret}
                  hint={text.webhookSecretHint(account.id)}
                  inList
                />
              </>
            )}
            <SwitchField form={form} path="active" label={t.setup.active} hint={text.activeHint} />
          </Section>
          {isCalled && <Manifests account={account.id} />}
          <Remove
            needs="DELETE /carriers/{carrier_id}"
            name={name}
            text={text}
            list="carriers"
            remove={() => answerOf(api.DELETE("/carriers/{carrier_id}", { params }))}
          />
        </div>
      </div>
    </Page>
  );
}

import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { SecretField, SwitchField } from "../../ui/fields";
import type { Form } from "../../ui/useForm";

type Channel = Schemas["Channel"];
const text = t.setup.channels;
/** What says which store a channel is. */
const OF_STORE = ["base_url", "seller", "marketplace"] as const satisfies readonly (keyof Channel)[];
const CREDENTIALS = [
  ["token", text.token],
  ["client_id", text.clientId],
  ["client_secret", text.clientSecret],
] as const;

export const hasMoved = (before: Channel, now: Channel) =>
  OF_STORE.some((each) => (before[each] ?? "") !== (now[each] ?? ""));

/** What is sent to save a channel: a move that was taken back is not confirmed, either. */
export function patchOf(patch: Record<string, unknown>, moved: boolean): Record<string, unknown> {
  if (moved) return patch;
  const { same_store: _, credentials: __, ...rest } = patch;
  return rest;
}

/** A store at another address: whether it is the same one, which only a person knows, and how to get in there. */
export function SameStore({ form, channel }: { form: Form<Channel>; channel: Channel }) {
  if (!hasMoved(channel, form.value)) return null;
  return (
    <>
      <SwitchField form={form} path="same_store" label={text.sameStore} hint={text.sameStoreHint} />
      {CREDENTIALS.map(([name, label]) => (
        <SecretField key={name} form={form} path={`credentials.${name}`} label={label} />
      ))}
    </>
  );
}

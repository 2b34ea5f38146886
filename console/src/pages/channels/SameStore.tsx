import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { SecretField, SwitchField } from "../../ui/fields";
import type { Form } from "../../ui/useForm";
import { credentialsOf, waysOf } from "./kinds";

type Channel = Schemas["Channel"];
const text = t.setup.channels;
/** What says which store a channel is. */
const OF_STORE = ["base_url", "seller", "marketplace"] as const satisfies readonly (keyof Channel)[];

/** Whether a channel is of another address; one that was never connected was of none. */
export const hasMoved = (before: Channel, now: Channel) =>
  !before.awaits_connection && OF_STORE.some((each) => (before[each] ?? "") !== (now[each] ?? ""));

/** What is sent to save a channel: a move that was taken back is not confirmed, either. */
export function patchOf(patch: Record<string, unknown>, moved: boolean): Record<string, unknown> {
  if (moved) return patch;
  const { same_store: _, credentials: __, ...rest } = patch;
  return rest;
}

/** A store at another address: whether it is the same one, which only a person knows, and how to get in there. */
export function SameStore({ form, channel }: { form: Form<Channel>; channel: Channel }) {
  if (!hasMoved(channel, form.value)) return null;
  const found = waysOf(channel.kind).flatMap((_, way) => credentialsOf(channel.kind, way));
  return (
    <>
      <SwitchField form={form} path="same_store" label={text.sameStore} hint={text.sameStoreHint} />
      {found
        .filter(({ part }) => part !== "webhook")
        .map(({ part, label }) => (
          <SecretField key={part} form={form} path={`credentials.${part}`} label={label} />
        ))}
    </>
  );
}

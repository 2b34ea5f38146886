import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { ChoiceField, LongField, NumberField } from "../../ui/fields";
import { asOptions, choices } from "../../ui/list";
import { PairsField } from "../../ui/listFields";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";

const text = t.amazonShips;

/** How Amazon ships what other channels sell, where the warehouse is Amazon's. */
export function AmazonFields({ form }: { form: Form }) {
  const { channels } = useNames();
  const amazon = channels.filter((each) => each.kind === "amazon");
  return (
    <Section title={text.title} about={text.about}>
      <ChoiceField
        form={form}
        path="fba.channel"
        label={text.channel}
        hint={amazon.length === 0 ? text.needsChannel : undefined}
        none={text.choose}
        options={asOptions(amazon)}
      />
      <NumberField form={form} path="fba.every_minutes" label={text.everyMinutes} unit={text.minutes} />
      <ChoiceField form={form} path="fba.speed" label={text.speed} options={choices(text.speeds)} />
      <ChoiceField
        form={form}
        path="fba.expedited_speed"
        label={text.expeditedSpeed}
        options={choices(text.speeds)}
      />
      <PairsField
        form={form}
        path="fba.speeds"
        label={text.byMethod}
        hint={text.byMethodHint}
        from={text.method}
        to={text.speedThere}
        results={choices(text.speeds)}
      />
      <ChoiceField
        form={form}
        path="fba.when_unfulfillable"
        label={text.unfulfillable}
        options={choices(text.unfulfillables)}
      />
      <LongField form={form} path="fba.comment" label={text.comment} hint={text.commentHint} />
      <NumberField
        form={form}
        path="fba.most_dropped_percent"
        label={text.dropped}
        hint={text.guardHint}
        unit="%"
      />
      <NumberField form={form} path="fba.most_emptied_percent" label={text.emptied} unit="%" />
    </Section>
  );
}

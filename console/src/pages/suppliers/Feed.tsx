import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Button, Empty } from "../../ui/bits";
import { ChoiceField, NumberField } from "../../ui/fields";
import { asOptions, choices } from "../../ui/list";
import type { Form } from "../../ui/useForm";
import { AnswerLayout } from "./AnswerLayout";
import { BEGINNINGS } from "./answers";
import type { Edited } from "./SupplierPage";

const text = t.answers;

/** How a supplier's stock is read from its feed, and how much of it one file may take away. */
export function Feed({ form }: { form: Form<Edited> }) {
  const { warehouses } = useNames();
  const own = warehouses.filter((each) => form.value.warehouses?.includes(each.id));
  if (!form.value.feed)
    return (
      <section className="card">
        <Empty title={text.noFeed} text={text.noFeedWhy}>
          {!form.readOnly && (
            <Button onClick={() => form.set("feed", BEGINNINGS.feed)}>{text.beginFeed}</Button>
          )}
        </Empty>
      </section>
    );
  return (
    <AnswerLayout form={form} path="feed" about="feed" onRemove={() => form.set("feed", null)}>
      <ChoiceField
        form={form}
        path="feed.warehouse"
        label={text.feed.warehouse}
        none={text.feed.onlyOne}
        options={asOptions(own)}
      />
      <ChoiceField
        form={form}
        path="feed.counts"
        label={text.feed.counts}
        options={choices(text.feed.reads)}
      />
      <NumberField
        form={form}
        path="feed.orders_known_after_minutes"
        label={text.feed.known}
        hint={text.feed.knownHint}
        unit={text.feed.minutes}
      />
      <ChoiceField
        form={form}
        path="feed.absent"
        label={text.feed.absent}
        options={choices(text.feed.absents)}
      />
      <NumberField
        form={form}
        path="feed.most_dropped_percent"
        label={text.feed.dropped}
        hint={text.feed.guardHint}
        unit="%"
      />
      <NumberField form={form} path="feed.most_emptied_percent" label={text.feed.emptied} unit="%" />
      <NumberField
        form={form}
        path="feed.silent_after_hours"
        label={text.feed.silent}
        unit={text.feed.hours}
      />
      <ChoiceField
        form={form}
        path="feed.when_silent"
        label={text.feed.whenSilent}
        options={choices(text.feed.silents)}
      />
    </AnswerLayout>
  );
}

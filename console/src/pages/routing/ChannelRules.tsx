import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Icon } from "../../ui/Icon";
import { type Saved, withExclusion } from "./draft";
import { Card, PlaceMenu, type RulesProps, Warnings } from "./RuleCard";

const text = t.routing;

export function ChannelRules(props: RulesProps) {
  const { shown, warnings } = props;
  return (
    <Card title={text.channels.title}>
      <ul>
        {shown.channels.map((each) => (
          <ChannelRule key={each.id} channel={each} {...props} />
        ))}
      </ul>
      <Warnings of={warnings} about="channels" />
    </Card>
  );
}

function ChannelRule({
  channel,
  saved,
  shown,
  draft,
  onChange,
}: RulesProps & { channel: Saved["channels"][number] }) {
  const names = useNames();
  const name = names.channel(channel.id);
  const excluding = shown.warehouses.filter((each) => each.excludes?.includes(channel.id));
  const others = shown.warehouses.filter((each) => !each.excludes?.includes(channel.id));
  const isChanged =
    channel.id in draft.overrides ||
    Object.entries(draft.excludes).some(([id, channels]) => {
      const now = channels.includes(channel.id);
      return now !== (saved.warehouses.find((each) => each.id === id)?.excludes ?? []).includes(channel.id);
    });
  const toggle = (warehouse: string) => onChange(withExclusion(shown, draft, warehouse, channel.id));
  return (
    <li className={isChanged ? "channel-rule changed" : "channel-rule"}>
      <span className="row">
        <span className="m cut grow" title={name}>
          {name}
          {isChanged && <span className="sr">{text.changed}</span>}
        </span>
        <select
          className="input small-input"
          aria-label={text.channels.from(name)}
          value={channel.override_warehouse ?? ""}
          onChange={(event) =>
            onChange({
              ...draft,
              overrides: { ...draft.overrides, [channel.id]: event.target.value || null },
            })
          }
        >
          <option value="">{text.channels.byRules}</option>
          {shown.warehouses.map((each) => (
            <option key={each.id} value={each.id}>
              {text.channels.always(names.warehouse(each.id))}
            </option>
          ))}
        </select>
        {others.length > 0 && (
          <PlaceMenu
            name={text.channels.exclude(name)}
            places={others.map((each) => each.id)}
            onChoose={toggle}
          />
        )}
      </span>
      {excluding.length > 0 && (
        <span className="row never">
          <span className="small dim">{text.channels.never}</span>
          {excluding.map((each) => (
            <span key={each.id} className="filter on">
              {names.warehouse(each.id)}
              <button
                type="button"
                aria-label={text.channels.include(names.warehouse(each.id), name)}
                onClick={() => toggle(each.id)}
              >
                <Icon name="x" small />
              </button>
            </span>
          ))}
        </span>
      )}
    </li>
  );
}

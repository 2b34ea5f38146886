import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { TextField } from "../../ui/fields";
import { Repeat } from "../../ui/Repeat";
import type { Form } from "../../ui/useForm";

const text = t.regions;
type Region = Schemas["Region"];

const nameOf = ({ country, state }: Region, place: number) =>
  [country, state].filter(Boolean).join(" ") || text.nth(place + 1);

/** Where a warehouse ships to before others do: countries, states, ranges of postcodes. */
export function Regions({ form }: { form: Form }) {
  return (
    <Repeat<Region>
      form={form}
      path="regions"
      title={text.title}
      about={text.about}
      none={text.none}
      add={text.add}
      make={() => ({ country: "" })}
      nameOf={nameOf}
    >
      {(path) => (
        <>
          <TextField form={form} path={`${path}.country`} label={text.country} hint={text.countryHint} />
          <TextField form={form} path={`${path}.state`} label={text.state} hint={text.stateHint} optional />
          <TextField form={form} path={`${path}.postcode_from`} label={text.from} optional />
          <TextField form={form} path={`${path}.postcode_to`} label={text.to} hint={text.toHint} optional />
        </>
      )}
    </Repeat>
  );
}

import { t } from "../../texts";
import type { Option } from "../../ui/FilterBar";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../ui/fields";
import { choices } from "../../ui/list";
import { PairsField } from "../../ui/listFields";
import type { Form } from "../../ui/useForm";
import type { Column } from "./layout";

const text = t.setup.layout;

const isMoment = (source: string) => /_at$|_by$/.test(source);
const isAmount = (source: string) => /\.(price|total)$/.test(source);

interface DetailsProps {
  form: Form;
  path: string;
  column: Column;
  sources: readonly Option[];
}

/** How what a column holds is written; only what can matter for it is asked. */
export function ColumnDetails({ form, path, column, sources }: DetailsProps) {
  const source = column.source ?? "";
  return (
    <div className="fields column-details">
      {source && (
        <>
          <ChoiceField
            form={form}
            path={`${path}.instead`}
            label={text.instead}
            none={text.nothing}
            options={sources}
          />
          <TextField form={form} path={`${path}.default`} label={text.default} />
          <SwitchField form={form} path={`${path}.required`} label={text.required} />
        </>
      )}
      {isMoment(source) && (
        <>
          <TextField form={form} path={`${path}.written.date`} label={text.date} hint={text.dateHint} />
          <TextField form={form} path={`${path}.written.time_zone`} label={text.timeZone} />
        </>
      )}
      {isAmount(source) && (
        <>
          <NumberField
            form={form}
            path={`${path}.written.decimals`}
            label={text.decimals}
            hint={text.decimalsHint}
            optional
          />
          <SwitchField form={form} path={`${path}.written.decimal_comma`} label={text.decimalComma} />
        </>
      )}
      {source.endsWith("expedited") && (
        <>
          <TextField form={form} path={`${path}.written.yes`} label={text.yes} />
          <TextField form={form} path={`${path}.written.no`} label={text.no} />
        </>
      )}
      <ChoiceField
        form={form}
        path={`${path}.written.case`}
        label={text.case}
        options={choices(text.cases)}
      />
      <NumberField
        form={form}
        path={`${path}.written.max_length`}
        label={text.maxLength}
        unit={text.letters}
        optional
      />
      <ChoiceField
        form={form}
        path={`${path}.written.too_long`}
        label={text.tooLong}
        options={choices(text.tooLongs)}
      />
      <NumberField form={form} path={`${path}.written.pad_to`} label={text.padTo} unit={text.letters} />
      <TextField form={form} path={`${path}.written.pad_with`} label={text.padWith} />
      <ChoiceField
        form={form}
        path={`${path}.written.pad_side`}
        label={text.padSide}
        options={choices(text.sides)}
      />
      {source && (
        <>
          <PairsField
            form={form}
            path={`${path}.values`}
            label={text.values}
            hint={text.valuesHint}
            from={text.ours}
            to={text.theirs}
          />
          <ChoiceField
            form={form}
            path={`${path}.unmapped`}
            label={text.unmapped}
            options={choices(text.unmappeds)}
          />
        </>
      )}
    </div>
  );
}

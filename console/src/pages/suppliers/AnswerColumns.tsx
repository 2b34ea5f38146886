import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { ChoiceField, NumberField, SwitchField } from "../../ui/fields";
import { ListField, PairsField } from "../../ui/listFields";
import { Repeat } from "../../ui/Repeat";
import type { Form } from "../../ui/useForm";
import { type About, FIELDS, nextColumn } from "./answers";

const text = t.answers;

interface ColumnsProps {
  form: Form;
  path: string;
  about: About;
  title: string;
}

/** What each column of a file, or of one kind of its rows, holds. */
export function AnswerColumns({ form, path, about, title }: ColumnsProps) {
  const fields = FIELDS[about].map((each) => ({ value: each, label: text.fields[each] }));
  return (
    <Repeat<Schemas["AnswerColumn"]>
      form={form}
      path={path}
      title={title}
      about={text.columnsHint}
      none={text.noColumn}
      add={t.setup.layout.addColumn}
      make={(columns) => nextColumn(about, columns)}
      nameOf={({ field }) => text.fields[field]}
    >
      {(at) => (
        <>
          <ChoiceField form={form} path={`${at}.field`} label={text.holds} options={fields} />
          <ListField form={form} path={`${at}.names`} label={text.named} hint={text.namedHint} />
          <NumberField
            form={form}
            path={`${at}.position`}
            label={text.position}
            hint={text.positionHint}
            optional
          />
          <SwitchField form={form} path={`${at}.required`} label={text.required} />
          <details className="wide">
            <summary className="mid">{text.values}</summary>
            <PairsField
              form={form}
              path={`${at}.values`}
              label={text.values}
              from={t.setup.layout.theirs}
              to={t.setup.layout.ours}
            />
          </details>
        </>
      )}
    </Repeat>
  );
}

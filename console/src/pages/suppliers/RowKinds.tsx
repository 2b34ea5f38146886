import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { ChoiceField, TextField } from "../../ui/fields";
import { choices } from "../../ui/list";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";
import { AnswerColumns } from "./AnswerColumns";
import { type About, type AnswerLayout, inKinds, nextKind, withoutKind } from "./answers";

const text = t.answers;

interface KindsProps {
  form: Form;
  /** Where the layout is in the supplier. */
  path: string;
}

/** Offers to read a file whose rows are of several kinds. */
export function KindsOfRows({ form, path }: KindsProps) {
  return (
    <section className="card pad14 asks">
      <p className="mid">{text.severalKinds}</p>
      <Button small icon="plus" onClick={() => form.set(path, inKinds(form.at(path) as AnswerLayout))}>
        {text.addKinds}
      </Button>
    </section>
  );
}

/** Files with several kinds of rows: each has its code in the first cell, and columns of its own. */
export function RowKinds({ form, path, about }: KindsProps & { about: About }) {
  const layout = form.at(path) as AnswerLayout;
  const kinds = layout.row_types ?? [];
  return (
    <>
      {kinds.map((kind, place) => {
        const at = `${path}.row_types.${place}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a kind is told by its place while its code is typed
          <div key={place} className="col">
            <Section title={text.rowsOf(kind.code)}>
              <TextField form={form} path={`${at}.code`} label={text.code} />
              <ChoiceField form={form} path={`${at}.role`} label={text.role} options={choices(text.roles)} />
              {!form.readOnly && (
                <span className="wide">
                  <Button small look="bad" onClick={() => form.set(path, withoutKind(layout, place))}>
                    {text.removeKind(kind.code)}
                  </Button>
                </span>
              )}
            </Section>
            <AnswerColumns
              form={form}
              path={`${at}.columns`}
              about={about}
              title={`${t.setup.layout.columns}: ${kind.code}`}
            />
          </div>
        );
      })}
      {!form.readOnly && (
        <section className="card pad14 asks">
          <p className="mid">{text.moreKinds}</p>
          <Button
            small
            icon="plus"
            onClick={() => form.set(`${path}.row_types`, [...kinds, nextKind(kinds)])}
          >
            {text.addKind}
          </Button>
        </section>
      )}
    </>
  );
}

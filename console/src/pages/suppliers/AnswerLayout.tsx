import type { ReactNode } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { ChoiceField, SwitchField, TextField } from "../../ui/fields";
import { choices } from "../../ui/list";
import { PairsField } from "../../ui/listFields";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";
import { AnswerColumns } from "./AnswerColumns";
import { type About, BEGINNINGS, type AnswerLayout as Layout } from "./answers";
import { ENCODINGS } from "./layout";
import { KindsOfRows, RowKinds } from "./RowKinds";

const text = t.answers;

interface LayoutProps {
  form: Form;
  /** Where the layout is in the supplier, `feed` or `answers.0`. */
  path: string;
  about: About;
  title?: string;
  /** More fields of this kind of file. */
  children?: ReactNode;
  onRemove: () => void;
}

/** How a file that a supplier sends is read: where it is, what its rows mean, and what each column holds. */
export function AnswerLayout({ form, path, about, title, children, onRemove }: LayoutProps) {
  const layout = form.at(path) as Layout;
  const isCsv = (layout.format ?? "csv") === "csv";
  const hasKinds = (layout.row_types?.length ?? 0) > 0;
  return (
    <>
      <Section title={title ?? text.file} about={layout.files}>
        <TextField form={form} path={`${path}.folder`} label={text.folder} />
        <TextField form={form} path={`${path}.files`} label={text.files} hint={text.filesHint} />
        <ChoiceField
          form={form}
          path={`${path}.complete`}
          label={text.complete}
          options={choices(text.completes)}
        />
        <ChoiceField
          form={form}
          path={`${path}.format`}
          label={t.setup.layout.format}
          options={choices(t.setup.layout.formats)}
        />
        <ChoiceField
          form={form}
          path={`${path}.encoding`}
          label={t.setup.layout.encoding}
          none={text.detected}
          options={ENCODINGS.map((each) => ({ value: each, label: each }))}
        />
        {isCsv ? (
          <ChoiceField
            form={form}
            path={`${path}.delimiter`}
            label={t.setup.layout.delimiter}
            none={text.detected}
            options={choices(t.setup.layout.delimiters)}
          />
        ) : (
          <>
            <TextField form={form} path={`${path}.rows_at`} label={text.rowsAt} hint={text.rowsAtHint} />
            <TextField form={form} path={`${path}.lines_at`} label={text.linesAt} />
          </>
        )}
        {isCsv && <SwitchField form={form} path={`${path}.header`} label={t.setup.layout.header} />}
        <TextField
          form={form}
          path={`${path}.date`}
          label={t.setup.layout.date}
          hint={t.setup.layout.dateHint}
        />
        <TextField form={form} path={`${path}.time_zone`} label={t.setup.layout.timeZone} />
        <ChoiceField
          form={form}
          path={`${path}.joined_by`}
          label={text.joinedBy}
          none={text.notJoined}
          options={[";", "|", ",", "/", "+"].map((each) => ({ value: each, label: each }))}
        />
        {children}
        {!form.readOnly && (
          <span className="wide">
            <Button small look="bad" onClick={onRemove}>
              {text.remove}
            </Button>
          </span>
        )}
      </Section>
      {about !== "feed" && <Meanings form={form} path={path} about={about} />}
      {hasKinds ? (
        <RowKinds form={form} path={path} about={about} />
      ) : (
        <>
          <AnswerColumns form={form} path={`${path}.columns`} about={about} title={t.setup.layout.columns} />
          {isCsv && !form.readOnly && <KindsOfRows form={form} path={path} />}
        </>
      )}
    </>
  );
}

function Meanings({ form, path, about }: Pick<LayoutProps, "form" | "path" | "about">) {
  const means = about === "purchases" ? text.purchaseMeanings : text.meanings;
  return (
    <Section title={text.meaning}>
      <ChoiceField
        form={form}
        path={`${path}.means`}
        label={text.means}
        none={text.byStatus}
        options={choices(means)}
      />
      {!form.at(`${path}.means`) && (
        <PairsField
          form={form}
          path={`${path}.statuses`}
          label={text.statuses}
          from={text.theirWord}
          to={text.means}
          results={choices(means)}
        />
      )}
      {about === "answers" && (
        <PairsField
          form={form}
          path={`${path}.carriers`}
          label={text.carriers}
          from={text.theirName}
          to={text.carrier}
        />
      )}
      {about === "answers" && (
        <PairsField
          form={form}
          path={`${path}.reasons`}
          label={text.reasons}
          from={text.theirWord}
          to={text.reason}
          results={choices(t.bench.reasons)}
        />
      )}
    </Section>
  );
}

interface LayoutsProps {
  form: Form;
  path: string;
  about: "answers" | "purchases";
  children?: (path: string) => ReactNode;
}

/** The layouts of all files of one kind that a supplier sends. */
export function AnswerLayouts({ form, path, about, children }: LayoutsProps) {
  const layouts = (form.at(path) as Layout[] | undefined) ?? [];
  return (
    <>
      {layouts.map((_, place) => (
        <AnswerLayout
          // biome-ignore lint/suspicious/noArrayIndexKey: a layout is told by its place while it is edited
          key={place}
          form={form}
          path={`${path}.${place}`}
          about={about}
          title={text.nth(place + 1)}
          onRemove={() => form.set(path, layouts.toSpliced(place, 1))}
        >
          {children?.(`${path}.${place}`)}
        </AnswerLayout>
      ))}
      <section className="card pad14 asks">
        <p className="mid">{layouts.length ? text.more : text.none[about]}</p>
        {!form.readOnly && (
          <Button small icon="plus" onClick={() => form.set(path, [...layouts, BEGINNINGS[about]])}>
            {text.add}
          </Button>
        )}
      </section>
    </>
  );
}

import { useState } from "react";
import { t } from "../../texts";
import { Button, Empty } from "../../ui/bits";
import type { Option } from "../../ui/FilterBar";
import { ChoiceField, SwitchField, TextField } from "../../ui/fields";
import { choices } from "../../ui/list";
import { moved, Reorder } from "../../ui/Reorder";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";
import { ColumnDetails } from "./ColumnDetails";
import { type Column, ENCODINGS, type Layout as FileLayout, newColumn } from "./layout";
import type { Edited } from "./SupplierPage";

const text = t.setup.layout;

interface LayoutProps {
  form: Form<Edited>;
  /** Where the layout is in the supplier, `orders`. */
  path: string;
  sources: readonly Option[];
  /** What a new one begins with. */
  usual: FileLayout;
  /** What is said while there is none. */
  none: readonly [title: string, text: string];
}

/** What a file for a supplier looks like, column by column. */
export function Layout({ form, path, sources, usual, none }: LayoutProps) {
  const layout = form.at(path) as FileLayout | null | undefined;
  if (!layout)
    return (
      <section className="card">
        <Empty title={none[0]} text={none[1]}>
          {!form.readOnly && <Button onClick={() => form.set(path, usual)}>{text.begin}</Button>}
        </Empty>
      </section>
    );
  const encodings = [...new Set([layout.encoding ?? "utf-8", ...ENCODINGS])];
  const isCsv = (layout.format ?? "csv") === "csv";
  return (
    <>
      <Section title={text.file}>
        <ChoiceField
          form={form}
          path={`${path}.format`}
          label={text.format}
          options={choices(text.formats)}
        />
        <ChoiceField
          form={form}
          path={`${path}.encoding`}
          label={text.encoding}
          options={encodings.map((each) => ({ value: each, label: each }))}
        />
        {isCsv ? (
          <>
            <ChoiceField
              form={form}
              path={`${path}.delimiter`}
              label={text.delimiter}
              options={choices(text.delimiters)}
            />
            <ChoiceField
              form={form}
              path={`${path}.quoting`}
              label={text.quoting}
              options={choices(text.quotings)}
            />
            <ChoiceField
              form={form}
              path={`${path}.line_end`}
              label={text.lineEnd}
              options={choices(text.lineEnds)}
            />
          </>
        ) : (
          <TextField form={form} path={`${path}.root`} label={text.root} />
        )}
        <ChoiceField form={form} path={`${path}.file_per`} label={text.filePer} options={choices(text.per)} />
        <div className="wide">
          <TextField form={form} path={`${path}.file_name`} label={text.fileName} hint={text.fileNameHint} />
        </div>
        {isCsv && <SwitchField form={form} path={`${path}.header`} label={text.header} />}
        {isCsv && <SwitchField form={form} path={`${path}.byte_order_mark`} label={text.mark} />}
      </Section>
      {layout.records.map((record, place) => (
        <Columns
          key={record.level}
          form={form}
          path={`${path}.records.${place}.columns`}
          sources={sources}
          level={record.level ?? "line"}
        />
      ))}
    </>
  );
}

interface ColumnsProps {
  form: Form<Edited>;
  path: string;
  level: keyof typeof text.level;
  sources: readonly Option[];
}

function Columns({ form, path, level, sources }: ColumnsProps) {
  const [opened, setOpened] = useState<number | null>(null);
  const columns = (form.at(path) as Column[] | undefined) ?? [];
  const add = () => {
    form.set(path, [...columns, newColumn(columns)]);
    setOpened(columns.length);
  };
  return (
    <section className="card columns" aria-label={`${text.columns}: ${text.level[level]}`}>
      <header>
        <h2>{text.columns}</h2>
        <span className="dim small">
          {text.level[level]}, {text.columnsHint}
        </span>
        {!form.readOnly && (
          <Button small icon="plus" className="right" onClick={add}>
            {text.addColumn}
          </Button>
        )}
      </header>
      <div className="column-row thead" aria-hidden="true">
        <span />
        <span />
        <span>{text.theirName}</span>
        <span>{text.filledWith}</span>
      </div>
      <Reorder
        label={text.columns}
        items={columns.map((column, place) => ({ column, place }))}
        keyOf={({ place }) => String(place)}
        disabled={form.readOnly}
        handle={({ column }, place) => text.move(column.name, place + 1)}
        said={({ column }, place) => text.moved(column.name, place + 1)}
        className={({ place }) => (form.problem(`${path}.${place}`) ? "bad" : "")}
        onMove={(from, to) => {
          form.set(path, moved(columns, from, to));
          setOpened(null);
        }}
      >
        {({ column, place }) => (
          <ColumnRow
            form={form}
            path={`${path}.${place}`}
            column={column}
            sources={sources}
            place={place}
            isOpen={opened === place}
            onOpen={() => setOpened(opened === place ? null : place)}
            onRemove={() => {
              form.set(path, columns.toSpliced(place, 1));
              setOpened(null);
            }}
          />
        )}
      </Reorder>
    </section>
  );
}

interface RowProps {
  form: Form<Edited>;
  path: string;
  column: Column;
  sources: readonly Option[];
  place: number;
  isOpen: boolean;
  onOpen: () => void;
  onRemove: () => void;
}

const CONSTANT = "constant";

function ColumnRow({ form, path, column, sources, place, isOpen, onOpen, onRemove }: RowProps) {
  const problem = form.problem(path);
  const isConstant = column.source === null || column.source === undefined;
  const fill = (source: string) =>
    form.set(
      path,
      source === CONSTANT ? { ...column, source: null, constant: "" } : { ...column, source, constant: null },
    );
  return (
    <div className="column">
      <div className="column-line">
        <span className="num dim">{place + 1}</span>
        <input
          className="input"
          aria-label={text.nameOf(place + 1)}
          aria-invalid={problem ? true : undefined}
          disabled={form.readOnly}
          value={column.name}
          onChange={(event) => form.set(`${path}.name`, event.target.value)}
        />
        <span className="fill">
          <select
            className="input"
            aria-label={text.sourceOf(place + 1)}
            disabled={form.readOnly}
            value={isConstant ? CONSTANT : (column.source ?? "")}
            onChange={(event) => fill(event.target.value)}
          >
            <option value={CONSTANT}>{text.always}</option>
            {sources.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </select>
          {isConstant && (
            <input
              className="input"
              aria-label={text.constant}
              placeholder={text.constant}
              disabled={form.readOnly}
              value={column.constant ?? ""}
              onChange={(event) => form.set(`${path}.constant`, event.target.value)}
            />
          )}
        </span>
        <Button
          small
          look="quiet"
          icon={isOpen ? "chevron-up" : "chevron-down"}
          aria-label={text.details(column.name)}
          aria-expanded={isOpen}
          onClick={onOpen}
        />
        {!form.readOnly && (
          <Button
            small
            look="quiet"
            icon="x"
            aria-label={text.removeColumn(column.name)}
            onClick={onRemove}
          />
        )}
      </div>
      {problem && (
        <span className="danger small" role="alert">
          {problem}
        </span>
      )}
      {isOpen && <ColumnDetails form={form} path={path} column={column} sources={sources} />}
    </div>
  );
}

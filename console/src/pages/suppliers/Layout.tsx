import { useState } from "react";
import { t } from "../../texts";
import { Button, Empty } from "../../ui/bits";
import { ChoiceField, SwitchField, TextField } from "../../ui/fields";
import { moved, Reorder } from "../../ui/Reorder";
import type { Form } from "../../ui/useForm";
import { Section } from "../setup/SettingsPage";
import { ColumnDetails } from "./ColumnDetails";
import { type Column, newColumn, ORDER_SOURCES, USUAL } from "./layout";
import type { Edited } from "./SupplierPage";

const text = t.setup.layout;

const choices = (words: Record<string, string>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));
/** The encodings that suppliers ask for most; the API takes more. */
const ENCODINGS = [
  "utf-8",
  "windows-1252",
  "windows-1250",
  "iso-8859-1",
  "iso-8859-15",
  "shift-jis",
  "gb18030",
];

/** What a supplier's file of orders looks like, column by column. */
export function Layout({ form }: { form: Form<Edited> }) {
  const layout = form.value.orders;
  if (!layout)
    return (
      <section className="card">
        <Empty title={text.none} text={text.noneWhy}>
          {!form.readOnly && <Button onClick={() => form.set("orders", USUAL)}>{text.begin}</Button>}
        </Empty>
      </section>
    );
  const encodings = [...new Set([layout.encoding ?? "utf-8", ...ENCODINGS])];
  const isCsv = (layout.format ?? "csv") === "csv";
  return (
    <>
      <Section title={text.file}>
        <ChoiceField form={form} path="orders.format" label={text.format} options={choices(text.formats)} />
        <ChoiceField
          form={form}
          path="orders.encoding"
          label={text.encoding}
          options={encodings.map((each) => ({ value: each, label: each }))}
        />
        {isCsv ? (
          <>
            <ChoiceField
              form={form}
              path="orders.delimiter"
              label={text.delimiter}
              options={choices(text.delimiters)}
            />
            <ChoiceField
              form={form}
              path="orders.quoting"
              label={text.quoting}
              options={choices(text.quotings)}
            />
            <ChoiceField
              form={form}
              path="orders.line_end"
              label={text.lineEnd}
              options={choices(text.lineEnds)}
            />
          </>
        ) : (
          <TextField form={form} path="orders.root" label={text.root} />
        )}
        <ChoiceField form={form} path="orders.file_per" label={text.filePer} options={choices(text.per)} />
        <div className="wide">
          <TextField form={form} path="orders.file_name" label={text.fileName} hint={text.fileNameHint} />
        </div>
        {isCsv && <SwitchField form={form} path="orders.header" label={text.header} />}
        {isCsv && <SwitchField form={form} path="orders.byte_order_mark" label={text.mark} />}
      </Section>
      {layout.records.map((record, place) => (
        <Columns
          key={record.level}
          form={form}
          path={`orders.records.${place}.columns`}
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
}

function Columns({ form, path, level }: ColumnsProps) {
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
  place: number;
  isOpen: boolean;
  onOpen: () => void;
  onRemove: () => void;
}

const CONSTANT = "constant";

function ColumnRow({ form, path, column, place, isOpen, onOpen, onRemove }: RowProps) {
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
            {ORDER_SOURCES.map((each) => (
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
      {isOpen && <ColumnDetails form={form} path={path} column={column} />}
    </div>
  );
}

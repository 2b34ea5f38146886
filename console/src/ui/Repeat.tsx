import type { ReactNode } from "react";
import { t } from "../texts";
import { Button } from "./bits";
import { useLabel } from "./labels";
import type { Form } from "./useForm";

interface RepeatProps<Item> {
  form: Form;
  /** Where the list is in the document, `boxes`. */
  path: string;
  title: string;
  about?: string;
  /** What is said while there is none. */
  none: string;
  add: string;
  /** A new one, beside those that are there. */
  make: (items: readonly Item[]) => Item;
  nameOf: (item: Item, place: number) => string;
  children: (path: string, item: Item) => ReactNode;
}

/** A list of things with the same fields: add one, change it, take it out. */
export function Repeat<Item>(props: RepeatProps<Item>) {
  const { form, path, title, about, none, add, make, nameOf, children } = props;
  useLabel(form, path, title);
  const items = (form.at(path) as Item[] | undefined) ?? [];
  const whole = form.problem(path);
  const inside = items.some((_, place) => form.problem(`${path}.${place}`));
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {about && <span className="dim small">{about}</span>}
        {!form.readOnly && (
          <Button small icon="plus" className="right" onClick={() => form.set(path, [...items, make(items)])}>
            {add}
          </Button>
        )}
      </header>
      {items.length === 0 && <p className="dim pad14">{none}</p>}
      {whole && !inside && (
        <p className="danger pad14" role="alert">
          {whole}
        </p>
      )}
      {items.map((item, place) => {
        const name = nameOf(item, place);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is told by its place while its fields are typed
          <fieldset key={place} className="repeat">
            <legend className="sr">{name}</legend>
            <div className="fields">{children(`${path}.${place}`, item)}</div>
            {!form.readOnly && (
              <Button
                small
                look="quiet"
                icon="x"
                aria-label={t.setup.removeItem(name)}
                title={t.setup.removeItem(name)}
                onClick={() => form.set(path, items.toSpliced(place, 1))}
              />
            )}
          </fieldset>
        );
      })}
    </section>
  );
}

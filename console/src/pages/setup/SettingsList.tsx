import "./setup.css";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Badge, Button, Empty, Skeleton } from "../../ui/bits";
import type { Option } from "../../ui/FilterBar";
import { QueryFailure } from "../../ui/list";
import { NewDialog, type NewThing, type Question } from "./NewDialog";

interface Named {
  id: string;
  name?: string;
}

export interface Column<Item> {
  head: string;
  className?: string;
  cell: (item: Item) => ReactNode;
}

interface Creating {
  label: string;
  title: string;
  confirm: string;
  kinds?: readonly Option[];
  questions?: (kind: string) => readonly Question[];
  create: (given: NewThing) => Promise<unknown>;
}

interface ListProps<Item extends Named> {
  title: string;
  /** What the first column is called. */
  head: string;
  to: "/channels/$id" | "/suppliers/$id" | "/carriers/$id" | "/warehouses/$id";
  query: Parameters<typeof QueryFailure>[0]["query"] & { isPending: boolean };
  items: readonly Item[];
  columns: readonly Column<Item>[];
  empty: [title: string, why: string];
  /** Absent where the reader may not add one. */
  adding?: Creating | false;
  children?: ReactNode;
}

/** Whether something that is set up is in use. */
export const ActiveBadge = ({ active }: { active: boolean }) => (
  <Badge look={active ? [t.setup.active, "ok", "check"] : [t.setup.inactive, "neutral", "ban"]} />
);

/** All things of a kind that are set up, by name, and the way to add one. */
export function SettingsList<Item extends Named>(props: ListProps<Item>) {
  const { title, head, to, query, items, columns, empty, adding, children } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <Page title={title}>
      <QueryFailure query={query} />
      <div className="cols one-column">
        <section className="card" aria-label={title}>
          <header>
            <h2>{title}</h2>
            {adding && (
              <Button small look="primary" icon="plus" className="right" onClick={() => setOpen(true)}>
                {adding.label}
              </Button>
            )}
          </header>
          {query.isPending && <Skeleton rows={4} />}
          {query.data !== undefined && items.length === 0 && (
            <Empty title={empty[0]} text={empty[1]}>
              {adding && (
                <Button icon="plus" onClick={() => setOpen(true)}>
                  {adding.label}
                </Button>
              )}
            </Empty>
          )}
          {items.length > 0 && (
            <table className="tbl card-tbl setup-list">
              <thead>
                <tr>
                  <th>{head}</th>
                  {columns.map((each) => (
                    <th key={each.head} className={each.className}>
                      {each.head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <tr key={item.id}>
                    <td>
                      <Link to={to} params={{ id: item.id }} className="m">
                        {item.name || item.id}
                      </Link>
                    </td>
                    {columns.map((each) => (
                      <td key={each.head} className={`mid ${each.className ?? ""}`}>
                        {each.cell(item) || t.common.none}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
        {children}
      </div>
      {isOpen && adding && (
        <NewDialog
          title={adding.title}
          confirm={adding.confirm}
          kinds={adding.kinds}
          questions={adding.questions}
          taken={items.map((each) => each.id)}
          onClose={() => setOpen(false)}
          onCreate={adding.create}
        />
      )}
    </Page>
  );
}

// biome-ignore-all lint/a11y/useSemanticElements: rows of a table cannot be placed one by one, as a virtual list does
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, its cell is the active descendant
import { type FocusEvent, useId } from "react";
import { t } from "../../texts";
import { Chip } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { type Edits, type Group, isMended, keyOf, leftIn, type MendRow, textOf } from "./mending";
import { COLUMN_PX, type GridProps, HEAD_PX, useGrid } from "./useGrid";

/** Rejected rows as a spreadsheet: one cell is current, one editor is open, Tab goes to the next bad cell. */
export function Grid(props: GridProps) {
  const { sheet, editing } = props;
  const { edits } = editing;
  const id = useId();
  const grid = useGrid(props);
  const { columns, rows, lines, virtual, current, currentRow, draft } = grid;
  const template = `${HEAD_PX}px repeat(${columns.length}, minmax(${COLUMN_PX}px, 1fr))`;
  const said = current && currentRow ? (currentRow.bad.get(current.column) ?? "") : "";
  return (
    <>
      <div
        ref={grid.scroll}
        className="mend-grid"
        role="grid"
        tabIndex={0}
        aria-label={t.uploads.grid}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={current ? `${id}-${keyOf(current)}` : undefined}
        onKeyDown={grid.onKeyDown}
        onPaste={grid.onPaste}
        onFocus={(event) => event.target === event.currentTarget && grid.onEnter()}
      >
        <div className="mend-sheet" style={{ width: HEAD_PX + columns.length * COLUMN_PX }}>
          <div className="mend-head" role="row" style={{ gridTemplateColumns: template }}>
            <span role="columnheader" className="rn">
              <span className="sr">{t.uploads.row}</span>
            </span>
            {columns.map((column) => (
              <span key={column} role="columnheader">
                {sheet.header[column]}
              </span>
            ))}
          </div>
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const line = lines[index];
              const style = { transform: `translateY(${start}px)`, gridTemplateColumns: template };
              if (!line) return null;
              if (line.kind === "head")
                return (
                  <div key={index} role="row" className="mend-group" style={style}>
                    <GroupHead group={line.group} edits={edits} />
                  </div>
                );
              return (
                <div
                  key={index}
                  role="row"
                  aria-rowindex={line.row.index + 2}
                  className="mend-row"
                  style={style}
                >
                  <span role="rowheader" className="rn">
                    {line.row.number}
                  </span>
                  {columns.map((column) => {
                    const cell = { row: line.row.index, column };
                    const isCurrent = current?.row === cell.row && current.column === column;
                    return (
                      <GridCell
                        key={column}
                        id={`${id}-${keyOf(cell)}`}
                        name={sheet.header[column] ?? ""}
                        row={line.row}
                        column={column}
                        edits={edits}
                        isCurrent={isCurrent}
                        draft={isCurrent ? draft : null}
                        onDraft={grid.setDraft}
                        onLeave={grid.onLeave}
                        onChoose={() => grid.choose(cell)}
                        onEdit={() => grid.edit()}
                      />
                    );
                  })}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <p className={said ? "mend-said danger" : "mend-said dim"} aria-live="polite">
        {said && current ? (
          <>
            <Icon name="alert-triangle" small />
            <span>
              <b>{sheet.header[current.column]}:</b> {said}
            </span>
          </>
        ) : (
          (currentRow?.reason ?? t.uploads.gridHint)
        )}
      </p>
    </>
  );
}

function GroupHead({ group, edits }: { group: Group; edits: Edits }) {
  const left = leftIn(group, edits);
  const reason = group.rows.find((each) => each.bad.size === 0 && each.reason)?.reason;
  return (
    <span role="gridcell" className="row">
      <b className="code">{group.key}</b>
      {isMended(group, edits) ? (
        <Chip look={[t.uploads.isMended, "ok", "check"]} />
      ) : (
        <Chip look={[t.uploads.cells(left), "danger", "x"]} />
      )}
      <span className="mid cut">{group.rows.length > 1 ? t.uploads.whole : left === 0 ? reason : ""}</span>
    </span>
  );
}

interface CellProps {
  id: string;
  name: string;
  row: MendRow;
  column: number;
  edits: Edits;
  isCurrent: boolean;
  draft: string | null;
  onDraft: (text: string) => void;
  onLeave: (event: FocusEvent) => void;
  onChoose: () => void;
  onEdit: () => void;
}

function GridCell({ id, name, row, column, edits, isCurrent, draft, ...on }: CellProps) {
  const isFixed = edits.has(keyOf({ row: row.index, column }));
  const isBad = row.bad.has(column) && !isFixed;
  const look = [isFixed && "fix", isBad && "bad", isCurrent && "cur", row.bad.size === 0 && "with"];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the grid
    <span
      id={id}
      role="gridcell"
      tabIndex={-1}
      aria-invalid={isBad || undefined}
      className={look.filter(Boolean).join(" ")}
      title={isBad ? row.bad.get(column) : undefined}
      onClick={draft === null ? on.onChoose : undefined}
      onDoubleClick={on.onEdit}
    >
      {draft === null ? (
        textOf(row, column, edits)
      ) : (
        <input
          aria-label={name}
          // biome-ignore lint/a11y/noAutofocus: the editor opens where the person is
          autoFocus
          value={draft}
          onChange={(event) => on.onDraft(event.target.value)}
          onBlur={on.onLeave}
        />
      )}
    </span>
  );
}

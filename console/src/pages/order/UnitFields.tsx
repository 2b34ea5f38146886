import { t } from "../../texts";
import { Input } from "../../ui/inputs";
import type { TypedUnits, UnitLine } from "./units";

interface UnitFieldsProps {
  lines: readonly UnitLine[];
  typed: TypedUnits;
  /** Lines whose number is wrong, once that is to be said. */
  wrong?: ReadonlySet<string>;
  first?: boolean;
  onChange: (typed: TypedUnits) => void;
}

/** How many units of each line it is about. */
export function UnitFields({ lines, typed, wrong, first, onChange }: UnitFieldsProps) {
  return (
    <fieldset className="units">
      <legend className="sr">{t.units.legend}</legend>
      {lines.map((line, place) => (
        <Input
          key={line.id}
          label={t.units.of(
            line.name,
            line.most,
            lines.filter((each) => each.name === line.name).length > 1 ? line.id : "",
          )}
          inputMode="numeric"
          autoComplete="off"
          first={first && place === 0}
          value={typed[line.id] ?? ""}
          problem={wrong?.has(line.id) ? t.units.wrong(line.most) : undefined}
          onChange={(units) => onChange({ ...typed, [line.id]: units })}
        />
      ))}
    </fieldset>
  );
}

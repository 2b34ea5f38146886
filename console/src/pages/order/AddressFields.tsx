import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { Input } from "../../ui/inputs";

export type Address = Required<Schemas["NewAddress"]>;
const FIELDS = [
  "name",
  "company",
  "address1",
  "address2",
  "address3",
  "city",
  "state",
  "postcode",
  "country",
  "phone",
] as const satisfies readonly (keyof Address)[];

/** An address as it is typed: what is there already, and nothing where nothing is. */
export const addressOf = (known: Schemas["Address"] | null): Address =>
  Object.fromEntries(FIELDS.map((each) => [each, known?.[each] ?? ""])) as unknown as Address;

interface AddressProps {
  value: Address;
  /** Whether the name has the focus when its dialog opens. */
  first?: boolean;
  /** What is wrong with a field, by `ship_to.postcode`. */
  problems: ReadonlyMap<string, string>;
  onChange: (value: Address) => void;
}

/** Where a parcel goes, field by field. */
export function AddressFields({ value, first, problems, onChange }: AddressProps) {
  return (
    <div className="draft-head">
      {FIELDS.map((each) => (
        <Input
          key={each}
          first={first && each === "name"}
          label={t.address[each]}
          hint={each === "country" ? t.address.countryHint : undefined}
          maxLength={255}
          autoComplete="off"
          value={value[each]}
          problem={problems.get(`ship_to.${each}`)}
          onChange={(text) => onChange({ ...value, [each]: text })}
        />
      ))}
    </div>
  );
}

import { useAccount } from "../../api/queries";
import { t } from "../../texts";
import { Input, Select } from "../../ui/inputs";
import { inWords, type Known, MEASURES, type Terms } from "./buying";
import { boxesAt, type Row } from "./rows";

interface TermsProps {
  terms: Terms;
  problems: ReadonlyMap<keyof Terms, string>;
  onChange: (part: Partial<Terms>) => void;
}

/** The box that all of them go in, where their warehouses have box sizes. */
export function BoxChoice({
  rows,
  terms,
  onChange,
}: Omit<TermsProps, "problems"> & { rows: readonly Row[] }) {
  const { data: account } = useAccount();
  const boxes = boxesAt(account?.boxes ?? [], rows);
  if (boxes.length === 0) return null;
  const sizes = boxes.map(({ id, name, length_mm, width_mm, height_mm }) => ({
    value: id,
    label: t.box.size(name || id, length_mm, width_mm, height_mm),
  }));
  return (
    <Select
      label={t.box.label}
      value={terms.box}
      options={[{ value: "", label: t.box.bySize }, ...sizes]}
      onChange={(box) => onChange({ box })}
    />
  );
}

type ParcelProps = TermsProps & { known: Known };

/** What a scale and a ruler say of one parcel, over what is known of it. */
export function ParcelFields({ terms, problems, known, onChange }: ParcelProps) {
  return (
    <div className="measures">
      {MEASURES.map((each) => (
        <Input
          key={each}
          label={t.buy.measure[each]}
          inputMode="numeric"
          autoComplete="off"
          placeholder={known?.[each] ? String(known[each]) : undefined}
          value={terms[each]}
          problem={problems.get(each)}
          onChange={(value) => onChange({ [each]: value })}
        />
      ))}
    </div>
  );
}

type ServiceProps = TermsProps & {
  services: ReadonlyMap<string, readonly string[]>;
  currency: string;
};

/** Carrier and service of all labels of a batch, and the most that each may cost. */
export function ServiceFields({ terms, problems, services, currency, onChange }: ServiceProps) {
  const carriers = [...services.keys()].map((value) => ({ value, label: value }));
  const ofIt = (services.get(terms.carrier) ?? []).map((value) => ({ value, label: inWords(value) }));
  return (
    <div className="draft-head">
      <Select
        label={t.buy.carrier}
        value={terms.carrier}
        options={[{ value: "", label: t.buy.anyCarrier }, ...carriers]}
        onChange={(carrier) => onChange({ carrier, service: "" })}
      />
      {terms.carrier && (
        <Select
          label={t.buy.service}
          value={terms.service}
          options={[{ value: "", label: t.buy.anyService }, ...ofIt]}
          onChange={(service) => onChange({ service })}
        />
      )}
      <Input
        label={t.buy.most(currency)}
        inputMode="decimal"
        autoComplete="off"
        placeholder={t.buy.noLimit}
        value={terms.most}
        problem={problems.get("most")}
        onChange={(most) => onChange({ most })}
      />
    </div>
  );
}

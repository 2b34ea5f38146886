import { Check } from "../../ui/inputs";

interface AgreementProps {
  /** What a person should know before. */
  about: string;
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  hold?: boolean;
}

/** A note in a dialog that has to be agreed to before anything is done. */
export function Agreement({ about, label, checked, onChange, hold }: AgreementProps) {
  return (
    <div className={hold ? "note t-hold" : "note"}>
      <span className="t">
        {about}
        <Check checked={checked} onChange={onChange}>
          {label}
        </Check>
      </span>
    </div>
  );
}

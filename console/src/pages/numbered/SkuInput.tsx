import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type InputHTMLAttributes, useEffect, useId, useRef, useState } from "react";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { canBeSku, offersFor, useMeant } from "../products/searching";

const WAIT_MS = 200;
/** How many products are named below a sku that no product has. */
const NAMED = 3;

interface SkuProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "onBlur"> {
  value: string;
  onSku: (sku: string) => void;
  /** The field was left with this sku in it. */
  onNamed?: (sku: string) => void;
  "data-autofocus"?: boolean;
}

/**
 * The sku of a product, in any case: those that begin as typed, or have its words, are offered. What is named so is said
 * below, and what may be meant where the field is left with none.
 */
export function SkuInput({ value, onSku, onNamed, ...props }: SkuProps) {
  const can = useCan();
  const meant = useMeant();
  const list = useId();
  const typed = value.trim();
  /** The field as it is once a sku is looked up: other fields of its form may be filled in meanwhile. */
  const now = useRef({ typed, onSku, onNamed });
  useEffect(() => {
    now.current = { typed, onSku, onNamed };
  });
  const [isLeft, setLeft] = useState(false);
  const [asked] = useDebouncedValue(typed, WAIT_MS);
  const found = useQuery({
    ...offersFor(asked),
    enabled: can("GET /products") && canBeSku(asked),
    placeholderData: (before) => before,
  });
  const offered = found.data ?? [];
  const named = offered.find((each) => each.sku === typed);
  const isUnknown = isLeft && !named && typed !== "" && typed === asked && !found.isPlaceholderData;
  const leave = async () => {
    setLeft(true);
    const sku = await meant(typed);
    if (now.current.typed !== typed) return; // it was changed meanwhile
    if (sku !== typed) now.current.onSku(sku);
    now.current.onNamed?.(sku);
  };
  const pick = (sku: string) => {
    onSku(sku);
    onNamed?.(sku);
  };
  return (
    <>
      <input
        {...props}
        list={list}
        autoComplete="off"
        value={value}
        onChange={(event) => onSku(event.target.value)}
        onFocus={() => setLeft(false)}
        onBlur={leave}
      />
      <datalist id={list}>
        {offered.map(({ sku, name }) => (
          <option key={sku} value={sku}>
            {name}
          </option>
        ))}
      </datalist>
      {named?.name && <span className="dim small cell-problem">{named.name}</span>}
      {isUnknown && offered.length > 0 && (
        <span className="row small">
          {t.numbered.isIt}
          {offered.slice(0, NAMED).map(({ sku, name }) => (
            <button key={sku} type="button" className="link code" title={name} onClick={() => pick(sku)}>
              {sku}
            </button>
          ))}
        </span>
      )}
    </>
  );
}

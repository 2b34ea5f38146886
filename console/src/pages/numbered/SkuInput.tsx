import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type InputHTMLAttributes, useId } from "react";
import { useCan } from "../../auth/context";
import { beginning } from "../products/beginning";

const WAIT_MS = 200;
const MOST = 20;

type SkuProps = InputHTMLAttributes<HTMLInputElement> & { value: string; "data-autofocus"?: boolean };

/** The sku of a product: those that begin as typed are offered, and what is named so is said below. */
export function SkuInput(props: SkuProps) {
  const can = useCan();
  const list = useId();
  const [typed] = useDebouncedValue(props.value.trim(), WAIT_MS);
  const found = useQuery({
    queryKey: ["products", "beginning", typed],
    queryFn: () => beginning(typed, undefined, MOST),
    enabled: can("GET /products") && typed.length > 0 && typed.length <= 100,
    staleTime: 60_000,
    retry: false,
    placeholderData: (before) => before,
  });
  const offered = found.data?.items ?? [];
  const named = offered.find((each) => each.sku === props.value.trim());
  return (
    <>
      <input {...props} list={list} autoComplete="off" />
      <datalist id={list}>
        {offered.map(({ sku, name }) => (
          <option key={sku} value={sku}>
            {name}
          </option>
        ))}
      </datalist>
      {named?.name && <span className="dim small cell-problem">{named.name}</span>}
    </>
  );
}

import { useCallback, useEffect, useState } from "react";

/** Which row of a list is current, moved by keys. */
export function useCurrent(length: number) {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    if (current >= length) setCurrent(length - 1);
  }, [current, length]);
  const move = useCallback(
    (step: number) => setCurrent((at) => Math.max(0, Math.min(length - 1, at + step))),
    [length],
  );
  return { current, setCurrent, move };
}

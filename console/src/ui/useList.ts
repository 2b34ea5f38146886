import { useEffect, useMemo, useState } from "react";

/** Which row of a plain list is current, moved by keys. */
export function useCurrent(length: number) {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    if (current >= length) setCurrent(length - 1);
  }, [current, length]);
  return useMemo(
    () => ({
      current,
      setCurrent,
      move: (step: number) => setCurrent((at) => Math.max(0, Math.min(length - 1, at + step))),
    }),
    [current, length],
  );
}

import { useEffect, useRef } from "react";

/** Call back once nobody has touched the page for so long. */
export function useIdle(minutes: number, onIdle: () => void) {
  const latest = useRef(onIdle);
  latest.current = onIdle;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), minutes * 60_000);
    };
    const kinds = ["keydown", "pointerdown", "pointermove"] as const;
    for (const kind of kinds) window.addEventListener(kind, touched, true);
    touched();
    return () => {
      clearTimeout(timer);
      for (const kind of kinds) window.removeEventListener(kind, touched, true);
    };
  }, [minutes]);
}

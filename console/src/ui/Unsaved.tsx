import { useBlocker } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { t } from "../texts";
import { Confirm } from "./Confirm";

interface UnsavedProps {
  /** Whether something was typed that is lost once the page is left. */
  isLost: () => boolean;
  /** Whether another search of the same page leaves it, too: the form is only a part of that page. */
  isWithinPage?: boolean;
}

/** Asks before a page is left with what was typed and not saved; a form's own button to cancel is not asked about. */
export function Unsaved({ isLost, isWithinPage = false }: UnsavedProps) {
  const latest = useRef(isLost);
  latest.current = isLost;
  const shouldBlockFn = useCallback(
    ({ current, next }: { current: { pathname: string }; next: { pathname: string } }) =>
      (isWithinPage || current.pathname !== next.pathname) && latest.current(),
    [isWithinPage],
  );
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn,
    withResolver: true,
    enableBeforeUnload: false, // signing in again loads the page anew, which keeps what was typed
  });
  if (status !== "blocked") return null;
  return (
    <Confirm
      title={t.unsaved.title}
      confirm={t.unsaved.leave}
      cancel={t.unsaved.stay}
      destructive
      onClose={reset}
      onConfirm={async () => proceed()}
    >
      <p>{t.unsaved.text}</p>
    </Confirm>
  );
}

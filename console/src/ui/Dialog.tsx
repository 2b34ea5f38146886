import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { t } from "../texts";

let open = 0;

/**
 * A dialog over the page, which is out of the reach of keys, pointers and screen readers as long as it is there; what
 * had the focus before has it again afterwards, unless something else took it.
 */
export function Dialog(props: Omit<ModalProps, "opened">) {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    const mark = () => document.getElementById("root")?.toggleAttribute("inert", open > 0);
    open += 1;
    mark();
    return () => {
      open -= 1;
      mark();
      if (document.activeElement === document.body && before instanceof HTMLElement)
        before.focus({ preventScroll: true });
    };
  }, [before]);
  return <Modal opened closeButtonProps={{ "aria-label": t.common.close }} {...props} />;
}

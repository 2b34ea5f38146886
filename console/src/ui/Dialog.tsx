import { Modal, type ModalProps } from "@mantine/core";
import { useEffect } from "react";
import { t } from "../texts";

let open = 0;

/** A dialog over the page, which is out of the reach of keys, pointers and screen readers as long as it is there. */
export function Dialog(props: Omit<ModalProps, "opened">) {
  useEffect(() => {
    const mark = () => document.getElementById("root")?.toggleAttribute("inert", open > 0);
    open += 1;
    mark();
    return () => {
      open -= 1;
      mark();
    };
  }, []);
  return <Modal opened closeButtonProps={{ "aria-label": t.common.close }} {...props} />;
}

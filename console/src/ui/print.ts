import { useMutation } from "@tanstack/react-query";
import { sentenceOf } from "../api/client";

/**
 * Open a document to print in a tab. The tab is opened at once, as the browser allows it only at a key or a click, and
 * gets its address once the document is made; if that fails it is closed again.
 */
export async function openDocument(make: () => Promise<string>): Promise<void> {
  const tab = window.open("", "_blank");
  try {
    const url = await make();
    if (tab) {
      tab.opener = null;
      tab.location.href = url;
    } else {
      window.location.assign(url);
    }
  } catch (error) {
    tab?.close();
    throw error;
  }
}

/** Printing of a document, and why it failed. */
export function usePrint() {
  const print = useMutation({ mutationFn: openDocument });
  return { ...print, problem: print.isError ? sentenceOf(print.error) : "" };
}

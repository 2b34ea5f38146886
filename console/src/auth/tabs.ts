/** What a tab says to the others of this browser: nobody is signed in any more, or the bench is locked. */
export type Ending = "signed-out" | "locked";

/** The other tabs of this browser. */
export interface Tabs {
  postMessage: (ending: Ending) => void;
  onmessage: ((event: MessageEvent<Ending>) => void) | null;
}

export const otherTabs = (): Tabs => new BroadcastChannel("packhorse-session");

const KEY = "packhorse-tab";
/** How long a page that is loaded again waits for itself of before to be gone. */
const GONE_MS = 500;

/** Hold the id as long as this page is open; false if another page does. */
const hold = (id: string) =>
  new Promise<boolean>((resolve) => {
    const held = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    const options = { signal: AbortSignal.timeout(GONE_MS) };
    navigator.locks.request(`${KEY} ${id}`, options, held).catch(() => resolve(false));
  });

/**
 * Whether what this tab has stored is its own: a duplicate of a tab has a copy, and a refresh token counts once, for
 * the tab that it was given to.
 */
export async function isOwnTab(): Promise<boolean> {
  if (!navigator.locks) return true; // only an address without TLS has none
  const before = sessionStorage.getItem(KEY);
  if (before && (await hold(before))) return true;
  const id = crypto.randomUUID();
  sessionStorage.setItem(KEY, id);
  await hold(id);
  return !before;
}

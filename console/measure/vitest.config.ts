import { inBrowser } from "../e2e/inBrowser";

/** How long a reader waits for keys, in a browser without a stack. */
export default inBrowser("measure", 300_000);

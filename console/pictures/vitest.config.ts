import { inBrowser } from "../e2e/inBrowser";

/** The pictures of the README, taken from a running stack that has the demo's merchant. */
export default inBrowser("pictures", 300_000);

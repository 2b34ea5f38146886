import { inBrowser } from "./inBrowser";

/** People's work in a browser against a running stack, as a person does it. */
export default inBrowser("e2e", 120_000);

import { setupServer } from "msw/node";

/** The API as a test says it answers; a request that no test expects fails it. */
export const server = setupServer();

import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll } from "vitest";
import { dropJob } from "../src/shell/jobs";
import { closeOverlay } from "../src/shell/overlays";
import { server } from "./server";

configure({ asyncUtilTimeout: 4500 }); // a machine that does much beside takes longer than the usual second
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  cleanup();
  server.resetHandlers();
  dropJob(); // what is open outlives the page that shows it
  closeOverlay();
  localStorage.clear();
  sessionStorage.clear();
});
afterAll(() => server.close());

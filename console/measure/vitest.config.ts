import { defineConfig } from "vitest/config";

/** What is measured in a browser, one after another so that nothing else takes its time. */
export default defineConfig({
  test: {
    include: ["measure/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

import { defineConfig } from "vitest/config";

/** People's work in a browser against a running stack, one after another as a person does it. */
export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

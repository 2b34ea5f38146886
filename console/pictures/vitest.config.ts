import { defineConfig } from "vitest/config";

/** The pictures of the README, taken from a running stack that has the demo's merchant. */
export default defineConfig({
  test: {
    include: ["pictures/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

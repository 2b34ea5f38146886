import { defineConfig } from "vitest/config";
import { PATIENCE } from "./chromium";

/** What runs in a browser from a folder, one after another, so that nothing else takes its time. */
export const inBrowser = (folder: string, testTimeout: number) =>
  defineConfig({
    test: {
      include: [`${folder}/**/*.test.ts`],
      environment: "node",
      fileParallelism: false,
      testTimeout,
      hookTimeout: 120_000,
      expect: { poll: { timeout: PATIENCE } },
    },
  });

import { type Browser, chromium } from "playwright-core";

/** Start the browser that make installed. */
export const launch = (): Promise<Browser> => {
  const executablePath = process.env.PACKHORSE_CHROMIUM;
  if (!executablePath)
    throw new Error("PACKHORSE_CHROMIUM does not say where the browser is: run it by make");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking", "--no-first-run", "--font-render-hinting=none"],
  });
};

/** How long a page may take to show what is waited for, on a busy machine; in ms. */
export const PATIENCE = 60_000;

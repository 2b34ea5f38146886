import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** The running stack, as `make up` describes it in .local/stack.json, or another one by PACKHORSE_STACK. */
export interface Stack {
  console_url: string;
  operator: { user: string; password: string };
}

const root = new URL("../../", import.meta.url);

export const stack: Stack = JSON.parse(
  readFileSync(process.env.PACKHORSE_STACK ?? new URL(".local/stack.json", root), "utf8"),
);

function executable(): string {
  return (
    process.env.PACKHORSE_CHROMIUM ??
    execFileSync("sh", ["-c", "command -v chromium-headless-shell"], { encoding: "utf8" }).trim()
  );
}

export const launch = () =>
  chromium.launch({
    executablePath: executable(),
    args: ["--no-sandbox", "--disable-background-networking", "--no-first-run", "--font-render-hinting=none"],
  });

/** Sign in as a person does: by the sign-in page. */
export async function signIn(page: Page, person = stack.operator): Promise<void> {
  await page.goto(stack.console_url);
  await page.getByLabel("Username").fill(person.user);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** The API as the signed-in person, beside the browser. */
export async function tokenOf(context: BrowserContext): Promise<string> {
  const page = await context.newPage();
  const asked = page.waitForRequest((request) => request.url().includes("/api/me"));
  await signIn(page);
  const header = (await asked).headers().authorization ?? "";
  await page.close();
  return header;
}

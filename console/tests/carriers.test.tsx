import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const ACCOUNT = { id: "ep", kind: "easypost", name: "EasyPost", active: true };

it("a carrier account gets the secret of its webhooks, and keeps it where none is typed", async () => {
  const sent: unknown[] = [];
  open("/carriers/ep", { answers: { "/carriers/ep": ACCOUNT } });
  server.use(
    http.patch("*/api/carriers/ep", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(ACCOUNT);
    }),
  );

  const secret = await screen.findByLabelText(/Secret of its webhooks/);
  await userEvent.type(secret, "a-long-secret-of-ours");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(sent).toEqual([{ credentials: { webhook_secrets: ["a-long-secret-of-ours"] } }]),
  );

  await userEvent.type(await screen.findByLabelText("API key"), "EZTK1");
  await userEvent.clear(screen.getByLabelText(/Secret of its webhooks/));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent[1]).toEqual({ credentials: { token: "EZTK1" } }));
});

it("a carrier account takes a fraction with a zero at its end", async () => {
  const sent: unknown[] = [];
  open("/carriers/ep", { answers: { "/carriers/ep": { ...ACCOUNT, calls_per_second: 5 } } });
  server.use(
    http.patch("*/api/carriers/ep", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(ACCOUNT);
    }),
  );

  const rate = await screen.findByLabelText<HTMLInputElement>(/calls a second/i);
  await userEvent.clear(rate);
  await userEvent.type(rate, "2.50");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(sent).toEqual([{ calls_per_second: 2.5 }]));
});

it("what the API says about that secret stands at its field", async () => {
  open("/carriers/ep", { answers: { "/carriers/ep": ACCOUNT } });
  const refusal = {
    error: "the request is not valid",
    errors: [{ field: "credentials.webhook_secrets.0", message: "at least 16 characters" }],
  };
  server.use(http.patch("*/api/carriers/ep", () => HttpResponse.json(refusal, { status: 422 })));

  await userEvent.type(await screen.findByLabelText(/Secret of its webhooks/), "short");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(screen.getByLabelText(/Secret of its webhooks/).getAttribute("aria-invalid")).toBe("true"),
  );
});

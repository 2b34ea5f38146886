import "./theme/base.css";
import "./theme/tokens.css";
import "./theme/mantine.css";
import "./theme/components.css";
import "./theme/pages.css";
import "./theme/phone.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { api, authorized } from "./api/client";
import { queries } from "./api/queries";
import { ofCurrentWarehouse } from "./api/warehouse";
import { meQuery, SessionContext } from "./auth/context";
import { openSession } from "./auth/session";
import { router } from "./router";
import { Notifications } from "./shell/Notifications";
import { SignedOut, StartFailed } from "./shell/Start";
import { scheme } from "./theme/scheme";
import { theme, variables } from "./theme/theme";

async function content() {
  try {
    const session = await openSession();
    const { pathname, search } = window.location;
    if (!(await session.start(pathname + search))) return null;
    if (pathname.startsWith("/signed-out")) return <SignedOut />;
    api.use(ofCurrentWarehouse(() => queries.ensureQueryData(meQuery).catch(() => undefined)));
    api.use(authorized(session));
    return (
      <SessionContext value={session}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
          <Notifications />
        </QueryClientProvider>
      </SessionContext>
    );
  } catch {
    return <StartFailed />;
  }
}

content().then((page) => {
  const root = document.getElementById("root");
  if (!page || !root) return;
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={scheme}
        defaultColorScheme="auto"
      >
        {page}
      </MantineProvider>
    </StrictMode>,
  );
});

import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useCan, useMe } from "../auth/context";
import { t } from "../texts";
import { Button, Empty, Failure } from "../ui/bits";
import { keepFor } from "../ui/kept";
import { useKeys } from "../ui/shortcuts";
import { useStrayFiles } from "./drops";
import { useRemembered } from "./lists";
import { Nav } from "./Nav";
import { Offline } from "./Offline";
import { closeOverlay, openHelp, openPalette, useOverlay } from "./overlays";
import { Page } from "./Page";
import { pageAt } from "./pages";

const Help = lazy(() => import("./Help"));
const Palette = lazy(() => import("./Palette"));
const JobPanel = lazy(() => import("./JobPanel"));

/** Pages without the frame: the bench, which has the whole screen, and what is printed. */
const FULL_PAGES = /^\/(bench|print)\/./;

/** Everything that stays while pages change. */
export function Shell() {
  const me = useMe();
  const navigate = useNavigate();
  const overlay = useOverlay();
  const here = useHere();
  useRemembered();
  useStrayFiles();
  const isAlone = FULL_PAGES.test(here.path) && (here.isAllowed || !me.data);
  const keys = {
    "/": openPalette,
    "$mod+KeyK": (event: KeyboardEvent) => {
      event.preventDefault();
      openPalette();
    },
    "Shift+?": openHelp,
    "g t": () => navigate({ to: "/" }),
    "g o": () => navigate({ to: "/orders" }),
    "g e": () => navigate({ to: "/exceptions" }),
    "g s": () => navigate({ to: "/stock" }),
    "g h": () => navigate({ to: "/health" }),
    "g b": () => navigate({ to: "/bench" }),
  };
  useKeys(keys, { enabled: !isAlone });
  if (me.isError && !me.data)
    return (
      <main className="alone">
        <Failure error={me.error} onRetry={() => me.refetch()} />
      </main>
    );
  if (me.data) keepFor(me.data.id);
  if (me.data?.roles.length === 0)
    return (
      <main className="alone">
        <Empty title={t.start.noRole} text={t.start.askOwner}>
          <Button onClick={() => me.refetch()}>{t.common.retry}</Button>
        </Empty>
      </main>
    );
  if (isAlone) return <Suspense fallback={null}>{me.data && <Outlet />}</Suspense>;
  return (
    <div className="app">
      <a className="skip" href="#page">
        {t.nav.skip}
      </a>
      <Nav />
      <div className="main">
        {me.data && (
          <Suspense fallback={null}>
            <Allowed />
          </Suspense>
        )}
        <Offline />
      </div>
      <Suspense fallback={null}>
        {overlay === "help" && <Help onClose={closeOverlay} />}
        {overlay === "palette" && <Palette onClose={closeOverlay} />}
        <JobPanel />
      </Suspense>
    </div>
  );
}

/** The address, its page, and whether the reader's role has it: half of it would be refused otherwise. */
function useHere() {
  const can = useCan();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const page = pageAt(path);
  return { path, page, isAllowed: !page || can(page.needs) };
}

/** The page, or that the reader's role has none at this address. */
function Allowed() {
  const { page, isAllowed } = useHere();
  if (!page || isAllowed) return <Outlet />;
  return (
    <Page title={page.label}>
      <Empty title={t.start.notYours} text={t.start.notYoursWhy} />
    </Page>
  );
}

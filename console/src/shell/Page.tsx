import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { NumberedPath } from "../pages/numbered/NumberedList";
import { t } from "../texts";
import { Button, Kbd } from "../ui/bits";
import { Icon } from "../ui/Icon";
import { JobPill } from "./Jobs";
import { Lag } from "./Lag";
import { searchOf } from "./lists";
import { openHelp, openPalette } from "./overlays";
import { WarehouseSwitch } from "./WarehouseSwitch";

type BackTo =
  | "/"
  | "/orders"
  | "/exceptions"
  | "/stock"
  | "/uploads"
  | "/channels"
  | "/suppliers"
  | "/products"
  | "/warehouses"
  | "/carriers"
  | NumberedPath;

interface PageProps {
  title: string;
  back?: { to: BackTo; label: string };
  badges?: ReactNode;
  children: ReactNode;
}

/** The frame of a page: the bar with its title above, the page below. */
export function Page({ title, back, badges, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${t.product}`;
  }, [title]);
  return (
    <>
      <header className="bar">
        {back && (
          <Link className="back" to={back.to} search={searchOf(back.to)} aria-label={t.bar.back(back.label)}>
            <Icon name="arrow-left" small />
            <span className="hide-s">{back.label}</span>
          </Link>
        )}
        <h1>{title}</h1>
        {badges}
        <button
          type="button"
          className="seek"
          onClick={openPalette}
          aria-keyshortcuts="/"
          aria-label={t.bar.search}
        >
          <Icon name="search" small />
          <span className="grow">{t.bar.search}</span>
          <Kbd>/</Kbd>
        </button>
        <WarehouseSwitch />
        <JobPill />
        <Lag />
        <Button
          look="quiet"
          icon="keyboard"
          aria-label={t.bar.help}
          title={t.bar.help}
          onClick={openHelp}
          className="hide-s"
        />
      </header>
      <main className="page" id="page" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

import { Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { answerOf, api } from "../api/client";
import { useViewCounts } from "../api/queries";
import { useCan, useMe, useSession } from "../auth/context";
import { t } from "../texts";
import { count, initials, person } from "../ui/format";
import { Icon } from "../ui/Icon";
import { type Item, PAGES, type Path } from "./pages";

/** Work that waits, beside the pages where it is done. */
function useCounts(): Partial<Record<Path, number>> {
  const can = useCan();
  const toShip = useViewCounts();
  const exceptions = useQuery({
    queryKey: ["exceptions", "open"],
    queryFn: () => answerOf(api.GET("/exceptions", { params: { query: { limit: 100 } } })),
    enabled: can("GET /exceptions"),
    refetchInterval: 30_000,
  });
  return { "/": toShip.data?.counts?.["to-ship"]?.rows, "/exceptions": exceptions.data?.items.length };
}

export function Nav() {
  const can = useCan();
  const counts = useCounts();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const list = useRouterState({ select: (state) => (state.location.search as { list?: string }).list });
  const shown = path.startsWith("/orders/") && list ? list : path;
  const isCurrent = (to: Path) => (to === "/" ? shown === "/" : shown.startsWith(to));
  return (
    <nav className="nav" aria-label={t.nav.label}>
      <Brand />
      {PAGES.filter((each) => can(each.needs)).map((each) => (
        <div key={each.to} className="nav-item">
          {each.group && <h2>{each.group}</h2>}
          {each.group === "" && <div className="gap" />}
          <NavLink item={each} current={isCurrent(each.to)} count={counts[each.to]} />
        </div>
      ))}
      <Account />
    </nav>
  );
}

function NavLink({
  item,
  current,
  count: waiting,
}: {
  item: Item;
  current: boolean;
  count: number | undefined;
}) {
  const isWork = item.to === "/exceptions";
  const more = isWork && waiting === 100 ? "+" : "";
  return (
    <Tooltip
      label={item.label}
      position="right"
      events={{ hover: true, focus: true, touch: false }}
      className="only-s"
    >
      <Link to={item.to} className={current ? "on" : undefined} activeProps={{}}>
        <Icon name={item.icon} />
        <span className="lbl">{item.label}</span>
        {waiting ? (
          <span className={isWork ? "n warn" : "n"}>
            {count(waiting)}
            {more}
          </span>
        ) : null}
      </Link>
    </Tooltip>
  );
}

/** The sign of the product. */
export function Mark() {
  return (
    <svg viewBox="0 0 22 22" aria-hidden="true">
      <rect width="22" height="22" rx="6" fill="var(--ink)" />
      <path
        d="M5 12.5h12M5 12.5c0 2.6 1.7 4.2 6 4.2s6-1.6 6-4.2"
        stroke="var(--page)"
        strokeWidth="1.7"
        fill="none"
        strokeLinecap="round"
      />
      <rect x="5.4" y="5.6" width="4.9" height="4.6" rx="1" fill="var(--page)" />
      <rect x="11.7" y="5.6" width="4.9" height="4.6" rx="1" fill="var(--page)" opacity=".62" />
    </svg>
  );
}

function Brand() {
  return (
    <div className="brand">
      <Mark />
      <span className="lbl">{t.product}</span>
    </div>
  );
}

function Account() {
  const { data: me } = useMe();
  const session = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (!me) return null;
  const name = person(me.name);
  const schemes = [
    ["light", t.nav.light],
    ["dark", t.nav.dark],
    ["auto", t.nav.system],
  ] as const;
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <button type="button" className="foot" aria-label={`${t.nav.account}: ${name}`}>
          <span className="avatar">{initials(me.name)}</span>
          <span className="lbl grow">
            <span className="m cut">{name}</span>
            <span className="small dim">{me.roles.map((role) => t.nav.roles[role]).join(", ")}</span>
          </span>
          <span className="lbl dim">
            <Icon name="dots" />
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(([value, label]) => (
          <Menu.Item
            key={value}
            onClick={() => setColorScheme(value)}
            rightSection={colorScheme === value ? <Icon name="check" small /> : null}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => session.signOut()}>{t.nav.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import { Menu } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useMe } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Badge, Button, Skeleton, When } from "../../ui/bits";
import { LoadMore, QueryFailure } from "../../ui/list";
import { Changes } from "./Changes";
import { type Asked, PeopleDialogs } from "./Dialogs";
import { isLimited, statusOf, type User } from "./rights";

const head = t.people.columns;

/** Who may do what: invite people, change their rights, let them in no more. */
export function People() {
  const [asked, ask] = useState<Asked>(null);
  const list = useInfiniteQuery({
    queryKey: ["people", "list"],
    queryFn: ({ pageParam }) =>
      answerOf(api.GET("/users", { params: { query: { limit: 60, cursor: pageParam ?? undefined } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const people = useMemo(
    () =>
      (list.data?.pages.flatMap((page) => page.items) ?? []).sort((one, other) =>
        one.email.localeCompare(other.email),
      ),
    [list.data],
  );
  return (
    <Page title={t.people.title}>
      <QueryFailure query={list} />
      <div className="cols one-column">
        <section className="card" aria-label={t.people.title}>
          <header>
            <h2>{t.people.title}</h2>
            <Button
              small
              look="primary"
              icon="plus"
              className="right"
              onClick={() => ask({ kind: "invite" })}
            >
              {t.people.invite}
            </Button>
          </header>
          {list.isPending && <Skeleton rows={4} />}
          {people.length > 0 && (
            <table className="tbl card-tbl people">
              <thead>
                <tr>
                  <th>{head.person}</th>
                  <th>{head.roles}</th>
                  <th>{head.warehouses}</th>
                  <th className="u2">{head.status}</th>
                  <th className="u2 p2">{head.since}</th>
                  <th className="u3">
                    <span className="sr">{head.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {people.map((each) => (
                  <Person key={each.id} user={each} ask={ask} />
                ))}
              </tbody>
            </table>
          )}
          <LoadMore list={list} />
        </section>
        <Changes />
      </div>
      <PeopleDialogs asked={asked} onClose={() => ask(null)} />
    </Page>
  );
}

function Person({ user, ask }: { user: User; ask: (asked: Asked) => void }) {
  const names = useNames();
  const { data: me } = useMe();
  const places = isLimited(user.roles) ? user.warehouses.map(names.warehouse).join(" · ") : t.people.all;
  return (
    <tr>
      <td className="m" title={user.email}>
        {user.email}
      </td>
      <td>{user.roles.map((role) => t.nav.roles[role]).join(", ") || t.people.none}</td>
      <td className="mid" title={places}>
        {places || t.common.none}
      </td>
      <td>
        <Badge look={statusOf(user)} />
      </td>
      <td className="mid p2">
        <When at={user.created_at} />
      </td>
      <td>
        {user.id === me?.id ? (
          <span className="dim">{t.people.you}</span>
        ) : (
          <PersonMenu user={user} ask={ask} />
        )}
      </td>
    </tr>
  );
}

function PersonMenu({ user, ask }: { user: User; ask: (asked: Asked) => void }) {
  const invited = user.status === "force_change_password";
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button small look="quiet" icon="dots" aria-label={t.people.actionsOf(user.email)} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => ask({ kind: "change", user })}>{t.people.change}</Menu.Item>
        {user.enabled && (
          <Menu.Item onClick={() => ask({ kind: "reset-password", user })}>
            {t.people.acts[invited ? "invite-again" : "reset-password"].confirm}
          </Menu.Item>
        )}
        {user.enabled && !invited && (
          <Menu.Item onClick={() => ask({ kind: "reset-mfa", user })}>
            {t.people.acts["reset-mfa"].confirm}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => ask({ kind: user.enabled ? "disable" : "enable", user })}>
          {t.people.acts[user.enabled ? "disable" : "enable"].confirm}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

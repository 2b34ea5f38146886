import { useInfiniteQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Skeleton, When } from "../../ui/bits";
import { listed, person } from "../../ui/format";
import { LoadMore, QueryFailure } from "../../ui/list";

type UserChange = Schemas["UserChange"];

/** Who changed which account, newest first. */
export function Changes() {
  const list = useInfiniteQuery({
    queryKey: ["people", "changes"],
    queryFn: ({ pageParam }) =>
      answerOf(api.GET("/changes", { params: { query: { limit: 20, cursor: pageParam ?? undefined } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const changes = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card" aria-labelledby="account-changes">
      <header>
        <h2 id="account-changes">{t.people.changes}</h2>
      </header>
      <QueryFailure query={list} />
      {list.isPending && <Skeleton rows={3} />}
      {list.data && changes.length === 0 && <p className="dim pad14">{t.people.noChanges}</p>}
      <ul className="account-changes">
        {changes.map((each) => (
          <li key={each.id}>
            <When at={each.at} className="dim" />
            <span>
              <b className="b">{t.people.kinds[each.what]}</b> {each.email}
              <span className="dim"> {t.people.byWhom(person(each.who))}</span>
              <Rights change={each} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </section>
  );
}

/** What the person had and has now, where that is what was changed. */
function Rights({ change }: { change: UserChange }) {
  const names = useNames();
  if (change.what !== "changed" && change.what !== "invited") return null;
  const inWords = (roles: readonly Schemas["Role"][], places: readonly string[]) =>
    listed(...roles.map((role) => t.nav.roles[role]), places.map(names.warehouse).join(" · "));
  const before = inWords(change.roles_before ?? [], change.warehouses_before ?? []);
  const now = inWords(change.roles ?? [], change.warehouses ?? []);
  return <span className="mid">{change.what === "changed" ? t.people.fromTo(before, now) : now}</span>;
}

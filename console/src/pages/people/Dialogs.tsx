import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, isOutdated, Refused } from "../../api/client";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { Input } from "../../ui/inputs";
import { QueryFailure } from "../../ui/list";
import { useRead } from "../../ui/useRead";
import { Theirs } from "../setup/Theirs";
import { RightsFields } from "./RightsFields";
import { type Rights, rightsProblem, sentRights, type User } from "./rights";

export type Act = "disable" | "enable" | "reset-password" | "reset-mfa";
export type Asked = { kind: "invite" } | { kind: "change" | Act; user: User } | null;

/** Read the people and the changes of their accounts again. */
function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["people"] });
}

/** The dialog of what was asked for; nothing happens before it is confirmed. */
export function PeopleDialogs({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  if (!asked) return null;
  if (asked.kind === "invite") return <Invite onClose={onClose} />;
  if (asked.kind === "change") return <Change user={asked.user} onClose={onClose} />;
  return <OneAct act={asked.kind} user={asked.user} onClose={onClose} />;
}

function Invite({ onClose }: { onClose: () => void }) {
  const refresh = useRefresh();
  const [email, setEmail] = useState("");
  const [rights, setRights] = useState<Rights>({ roles: [], warehouses: [] });
  const [tried, setTried] = useState(false);
  const wrong = /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email.trim()) ? undefined : t.people.noEmail;
  const invite = async () => {
    setTried(true);
    const problem = wrong ?? rightsProblem(rights);
    if (problem) throw new Refused(422, { detail: problem });
    await answerOf(api.POST("/users", { body: { email: email.trim(), ...sentRights(rights) } }));
    refresh();
    say(t.people.invited(email.trim()));
  };
  return (
    <Confirm
      title={t.people.inviteTitle}
      confirm={t.people.inviteConfirm}
      footnote={t.people.inviteNote}
      onClose={onClose}
      onConfirm={invite}
    >
      <Input
        first
        label={t.people.email}
        problem={tried ? wrong : undefined}
        type="email"
        autoComplete="off"
        maxLength={128}
        value={email}
        onChange={setEmail}
      />
      <RightsFields rights={rights} onChange={setRights} />
    </Confirm>
  );
}

/** The rights of a person as they are now, to be changed. */
function Change({ user, onClose }: { user: User; onClose: () => void }) {
  const now = useQuery({
    queryKey: ["people", "one", user.id],
    queryFn: () => answerOf(api.GET("/users/{user_id}", { params: { path: { user_id: user.id } } })),
    staleTime: 0,
    gcTime: 0,
  });
  if (now.data) return <ChangeRights user={now.data} onClose={onClose} />;
  return (
    <Dialog onClose={onClose} title={t.people.changeTitle(user.email)} size={560}>
      <div className="dialog-body">
        <QueryFailure query={now} />
        {now.isPending && <Skeleton rows={4} />}
      </div>
    </Dialog>
  );
}

const rightsOf = ({ roles, warehouses }: User): Rights => ({ roles, warehouses });

function ChangeRights({ user, onClose }: { user: User; onClose: () => void }) {
  const refresh = useRefresh();
  const [rights, setRights] = useState<Rights>(() => rightsOf(user));
  const [error, setError] = useState<unknown>(null);
  const read = useRead(user, rightsOf);
  const change = async () => {
    const problem = rightsProblem(rights);
    if (problem) throw new Refused(422, { detail: problem });
    const params = { path: { user_id: user.id }, header: read.header };
    await answerOf(api.PATCH("/users/{user_id}", { params, body: sentRights(rights) })).catch(
      async (refusal) => {
        if (isOutdated(refusal)) await refresh();
        setError(refusal);
        throw refusal;
      },
    );
    refresh();
    say(t.people.changed(user.email));
  };
  return (
    <Confirm
      title={t.people.changeTitle(user.email)}
      confirm={t.people.changeConfirm}
      footnote={t.people.changeNote}
      onClose={onClose}
      onConfirm={change}
    >
      <RightsFields rights={rights} onChange={setRights} />
      <Theirs
        error={error}
        read={read}
        onTake={(stored) => {
          setRights(rightsOf(stored));
          setError(null);
        }}
        onKeep={() => setError(null)}
      />
    </Confirm>
  );
}

function OneAct({ act, user, onClose }: { act: Act; user: User; onClose: () => void }) {
  const refresh = useRefresh();
  const invited = act === "reset-password" && user.status === "force_change_password";
  const text = t.people.acts[invited ? "invite-again" : act];
  const send = async () => {
    const path = `/users/{user_id}/${act}` as const;
    await answerOf(api.POST(path, { params: { path: { user_id: user.id } } }));
    refresh();
    say(text.done(user.email));
  };
  return (
    <Confirm
      title={text.title(user.email)}
      confirm={text.confirm}
      destructive={act === "disable"}
      onClose={onClose}
      onConfirm={send}
    >
      <p>{text.what}</p>
    </Confirm>
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { labelsOf, withChoices } from "../../ui/labels";
import { asOptions, choices } from "../../ui/list";
import { ANEW, AsStored, useEdit } from "../setup/AsStored";
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

interface Invited {
  email: string;
  rights: Rights;
}

function Invite({ onClose }: { onClose: () => void }) {
  const refresh = useRefresh();
  const [{ email, rights }, setTyped] = useKept<Invited>("invite", () => ({
    email: "",
    rights: { roles: [], warehouses: [] },
  }));
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
        onChange={(email) => setTyped((before) => ({ ...before, email }))}
      />
      <RightsFields rights={rights} onChange={(rights) => setTyped((before) => ({ ...before, rights }))} />
    </Confirm>
  );
}

/** The rights of a person as they are now, to be changed. */
function Change({ user, onClose }: { user: User; onClose: () => void }) {
  const now = useQuery({
    queryKey: ["people", "one", user.id],
    queryFn: () => answerOf(api.GET("/users/{user_id}", { params: { path: { user_id: user.id } } })),
    ...ANEW,
  });
  return (
    <AsStored query={now} title={t.people.changeTitle(user.email)} rows={4} onClose={onClose}>
      {(stored) => <ChangeRights user={stored} onClose={onClose} />}
    </AsStored>
  );
}

const rightsOf = ({ roles, warehouses }: User): Rights => ({ roles, warehouses });
const LABELS = withChoices(
  labelsOf({ roles: t.people.roles, warehouses: t.people.warehouses }),
  "roles.*",
  choices(t.nav.roles),
);

function ChangeRights({ user, onClose }: { user: User; onClose: () => void }) {
  const refresh = useRefresh();
  const { warehouses } = useNames();
  const { edit, setEdit, save, theirs } = useEdit({
    name: `rights ${user.id}`,
    stored: user,
    shown: rightsOf,
    labels: withChoices(LABELS, "warehouses.*", asOptions(warehouses)),
    readAgain: refresh,
    send: (rights, header) => {
      const params = { path: { user_id: user.id }, header };
      return answerOf(api.PATCH("/users/{user_id}", { params, body: sentRights(rights) }));
    },
  });
  const change = async () => {
    const problem = rightsProblem(edit);
    if (problem) throw new Refused(422, { detail: problem });
    await save();
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
      <RightsFields rights={edit} onChange={setEdit} />
      {theirs}
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

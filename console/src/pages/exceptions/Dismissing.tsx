import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas, sentenceOf } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Refusal } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { advised, isAboutMoney } from "./advising";
import { concernsOf } from "./concerns";

type OpenException = Schemas["OpenException"];
const text = t.exceptions;

async function reopen(id: string, client: QueryClient) {
  await answerOf(
    api.POST("/exceptions/{exception_id}/reopen", { params: { path: { exception_id: id } } }),
  ).finally(() => refreshOrders(client));
  say(text.reopened);
}

/** Dismisses, and offers to take that back for a moment; what is about money is asked about first. */
export function Dismiss({ exception }: { exception: OpenException }) {
  const can = useCan();
  const client = useQueryClient();
  const [asks, setAsks] = useState(false);
  const undo = {
    label: text.undo,
    act: () => reopen(exception.id, client).catch((error: unknown) => say(sentenceOf(error))),
  };
  const send = async () => {
    const params = { path: { exception_id: exception.id } };
    await answerOf(api.POST("/exceptions/{exception_id}/dismiss", { params })).finally(() =>
      refreshOrders(client),
    );
    say(text.dismissed, can("POST /exceptions/{exception_id}/reopen") ? undo : undefined);
  };
  const dismiss = useMutation({ mutationFn: send });
  if (exception.state !== "open" || !exception.dismissible) return null;
  if (!can("POST /exceptions/{exception_id}/dismiss")) return null;
  return (
    <>
      <Refusal error={dismiss.error} />
      <Button
        small
        look="quiet"
        busy={dismiss.isPending}
        onClick={() => (isAboutMoney(exception.cause) ? setAsks(true) : dismiss.mutate())}
      >
        {text.dismiss}
      </Button>
      {asks && <AskFirst exception={exception} onClose={() => setAsks(false)} onConfirm={send} />}
    </>
  );
}

interface AskProps {
  exception: OpenException;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
}

function AskFirst({ exception, onClose, onConfirm }: AskProps) {
  const names = useNames();
  return (
    <Confirm
      destructive
      title={text.moneyTitle(concernsOf(exception, names))}
      confirm={text.moneyConfirm}
      footnote={text.moneyFootnote}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <p className="b">{names.said(exception.message)}</p>
      <p>{advised(exception, names)}</p>
      <p className="mid">{text.moneyText}</p>
    </Confirm>
  );
}

/** Opens what was dismissed again. */
export function Reopen({ exception }: { exception: OpenException }) {
  const can = useCan();
  const client = useQueryClient();
  const open = useMutation({ mutationFn: () => reopen(exception.id, client) });
  if (exception.state !== "dismissed" || !can("POST /exceptions/{exception_id}/reopen")) return null;
  return (
    <>
      <Refusal error={open.error} />
      <Button small busy={open.isPending} onClick={() => open.mutate()}>
        {text.reopen}
      </Button>
    </>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answerOf, api, sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";

interface ActionsProps {
  channel: string;
  name: string;
  paused: boolean;
  onPause: () => void;
}

/** Reads again what shows how a channel does: the list and its own page do, too. */
function useRefresh(channel: string) {
  const client = useQueryClient();
  return () => {
    for (const queryKey of [["health"], ["channel", channel], ["channels"]])
      client.invalidateQueries({ queryKey });
  };
}

/** Poll it now, pause it, resume it. */
export function ChannelActions({ channel, name, paused, onPause }: ActionsProps) {
  const can = useCan();
  const refresh = useRefresh(channel);
  const params = { path: { channel_id: channel } };
  const after = (text: string) => ({
    onSuccess: () => say(text),
    onSettled: refresh,
  });
  const poll = useMutation({
    mutationFn: () => answerOf(api.POST("/channels/{channel_id}/poll", { params })),
    ...after(t.health.polled(name)),
  });
  const resume = useMutation({
    mutationFn: () => answerOf(api.POST("/channels/{channel_id}/resume", { params })),
    ...after(t.health.resumedToast(name)),
  });
  const error = poll.error ?? resume.error;
  return (
    <span className="row actions">
      {error && (
        <span className="danger small wrap" role="alert">
          {sentenceOf(error)}
        </span>
      )}
      {!paused && can("POST /channels/{channel_id}/poll") && (
        <Button small busy={poll.isPending} onClick={() => poll.mutate()}>
          {t.health.poll}
        </Button>
      )}
      {paused && can("POST /channels/{channel_id}/resume") && (
        <Button small busy={resume.isPending} onClick={() => resume.mutate()}>
          {t.health.resume}
        </Button>
      )}
      {!paused && can("POST /channels/{channel_id}/pause") && (
        <Button small look="quiet" onClick={onPause}>
          {t.health.pause}
        </Button>
      )}
    </span>
  );
}

/** Says what pausing does before it does. */
export function Pause({ channel, onClose }: { channel: string; onClose: () => void }) {
  const names = useNames();
  const refresh = useRefresh(channel);
  const name = names.channel(channel);
  const act = async () => {
    await answerOf(api.POST("/channels/{channel_id}/pause", { params: { path: { channel_id: channel } } }));
    refresh();
    say(t.health.pausedToast(name));
  };
  return (
    <Confirm title={t.health.pauseTitle(name)} confirm={t.health.pause} onClose={onClose} onConfirm={act}>
      <p>{t.health.pauseText}</p>
    </Confirm>
  );
}

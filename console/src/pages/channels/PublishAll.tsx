import { useMutation } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Refusal } from "../../ui/bits";

/** All quantities are published to a channel once more, also those that it has confirmed. */
export function PublishAll({ channel, name }: { channel: string; name: string }) {
  const can = useCan();
  const params = { path: { channel_id: channel } };
  const publish = useMutation({
    mutationFn: () => answerOf(api.POST("/channels/{channel_id}/sync-now", { params })),
    onSuccess: () => say(t.health.publishing(name)),
  });
  if (!can("POST /channels/{channel_id}/sync-now")) return null;
  return (
    <>
      <Button small look="quiet" busy={publish.isPending} onClick={() => publish.mutate()}>
        {t.health.publish}
      </Button>
      <Refusal error={publish.error} />
    </>
  );
}

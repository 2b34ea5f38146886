import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sentenceOf } from "../../api/client";
import type { Operation } from "../../api/roles";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import type { NumberedPath } from "./NumberedList";

interface ShortLinesProps<Found> {
  path: NumberedPath;
  needs: Operation;
  draft: () => Promise<Found>;
  said: (found: Found) => string;
}

/** Drafts of what orders wait for: nothing else changes by it, and again it drafts nothing. */
export function ShortLines<Found>({ path, needs, draft, said }: ShortLinesProps<Found>) {
  const can = useCan();
  const client = useQueryClient();
  const drafting = useMutation({
    mutationFn: draft,
    onSuccess: (found) => {
      client.invalidateQueries({ queryKey: [path] });
      say(said(found));
    },
    onError: (error) => say(sentenceOf(error)),
  });
  if (!can(needs)) return null;
  return (
    <Button small busy={drafting.isPending} onClick={() => drafting.mutate()}>
      {t.numbered.shortLines}
    </Button>
  );
}

import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";

/** Once a thing is saved, have what shows it read again, and say so. */
export function useSaved(name: string, ...shown: readonly QueryKey[]) {
  const client = useQueryClient();
  return async <Answer>(call: Promise<Answer>) => {
    const answer = await call;
    for (const queryKey of shown) await client.invalidateQueries({ queryKey });
    say(t.setup.saved(name));
    return answer;
  };
}

import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { isOutdated } from "../../api/client";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";

/** Once a thing is saved, here or by another person before, have what shows it read again; say that it is saved. */
export function useSaved(name: string, ...shown: readonly QueryKey[]) {
  const client = useQueryClient();
  return async <Answer>(call: Promise<Answer>) => {
    const readAgain = async () => {
      for (const queryKey of shown) await client.invalidateQueries({ queryKey });
    };
    const answer = await call.catch(async (error) => {
      if (isOutdated(error)) await readAgain();
      throw error;
    });
    await readAgain();
    say(t.setup.saved(name));
    return answer;
  };
}

import type { Names } from "../../api/queries";
import { t } from "../../texts";

/** What a person should do about an exception, in words of the console. */
export const advised = ({ cause, action }: { cause: string; action: string }, names: Pick<Names, "said">) =>
  t.advice[cause] ?? names.said(action);

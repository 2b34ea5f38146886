import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { partOf } from "../numbered/Progress";

type Work = Pick<Schemas["WorkOrderRow"], "kind" | "units" | "done" | "closed">;

/** What is done of a work order, without what was closed short. */
export const partDone = ({ kind, units, done, closed }: Work) =>
  partOf([done, t.works.wasDone], units, [closed, t.works.notDone[kind]]);

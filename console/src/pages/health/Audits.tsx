import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Refusal, When } from "../../ui/bits";
import { count } from "../../ui/format";
import { QueryFailure } from "../../ui/list";

const text = t.audits;
/** Within how many milliseconds each audit begins that somebody asks for. */
const TO_BEGIN_MS = 30_000;
type Run = Schemas["AuditRun"];

/** What was compared with each other last, and what came of it; it can all be compared now. */
export function Audits() {
  const can = useCan();
  const [begun, setBegun] = useState(0);
  const audits = useQuery({
    queryKey: ["audits"],
    queryFn: async () => (await answerOf(api.GET("/audits"))).items,
    enabled: can("GET /audits"),
    refetchInterval: ({ state }) => {
      const isRunning = Date.now() - begun < TO_BEGIN_MS || state.data?.some((each) => !each.finished_at);
      return isRunning ? 2_000 : 60_000;
    },
  });
  const rows = audits.data ?? [];
  if (rows.length === 0 && !can("POST /audits")) return <QueryFailure query={audits} />;
  return (
    <section className="card" aria-label={text.title}>
      <header>
        <h2>{text.title}</h2>
        <span className="dim small">{text.about}</span>
        {can("POST /audits") && <AuditNow onBegun={() => setBegun(Date.now())} />}
      </header>
      <QueryFailure query={audits} />
      {audits.isSuccess && rows.length === 0 && <p className="dim small pad">{text.never}</p>}
      {rows.length > 0 && (
        <table className="tbl card-tbl health">
          <thead>
            <tr>
              <th>{text.columns.audit}</th>
              <th className="h4">{text.columns.last}</th>
              <th className="h3 num">{text.columns.read}</th>
              <th className="h3 num">{text.columns.mended}</th>
              <th className="h3 num">{text.columns.wrong}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <Row key={each.audit} run={each} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function AuditNow({ onBegun }: { onBegun: () => void }) {
  const client = useQueryClient();
  const audit = useMutation({
    mutationFn: () => answerOf(api.POST("/audits")),
    onSuccess: () => {
      say(text.begun);
      onBegun();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["audits"] }),
  });
  return (
    <span className="row right">
      <Refusal error={audit.error} />
      <Button small busy={audit.isPending} onClick={() => audit.mutate()}>
        {text.now}
      </Button>
    </span>
  );
}

function Row({ run }: { run: Run }) {
  const { looked_at = 0, mended = 0, wrong = 0 } = run;
  return (
    <tr>
      <td className="m">{text.kinds[run.audit]}</td>
      <td className="mid">{run.finished_at ? <When at={run.finished_at} /> : text.running}</td>
      <td className="num">{count(looked_at)}</td>
      <td className="num">{count(mended)}</td>
      <td className={wrong ? "num danger" : "num"}>{count(wrong)}</td>
    </tr>
  );
}

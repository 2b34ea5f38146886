import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, sentenceOf } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Icon } from "../../ui/Icon";
import { guessed, missingIn, OUR_COLUMNS, REQUIRED, type Sample, sampleOf } from "./mapping";
import type { Report } from "./mending";
import { sendFile, sentFiles } from "./send";

/** The columns of a file that nobody knows, named by hand; the channel keeps the names for its next files. */
export function Columns({ report }: { report: Report }) {
  const [file, setFile] = useState(sentFiles.get(report.id) ?? null);
  const sample = useQuery({
    queryKey: ["sample", report.id, file?.name, file?.size],
    queryFn: () => (file ? sampleOf(file) : null),
    enabled: file !== null,
  });
  if (!report.channel) return null;
  if (!file)
    return (
      <label className="card pad row">
        {t.uploads.chooseAgain}
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
      </label>
    );
  if (!sample.data) return null;
  return <Mapping file={file} sample={sample.data} channel={report.channel} from={report.id} />;
}

interface MappingProps {
  file: File;
  sample: Sample;
  channel: string;
  from: string;
}

function Mapping({ file, sample, channel, from }: MappingProps) {
  const names = useNames();
  const navigate = useNavigate();
  const [mapping, setMapping] = useState(() => guessed(sample.header));
  const lacks = missingIn(mapping);
  const save = useMutation({
    mutationFn: async () => {
      const params = { path: { channel_id: channel } };
      const kept = Object.fromEntries([...mapping].filter(([, ours]) => ours !== ""));
      await answerOf(api.PATCH("/channels/{channel_id}", { params, body: { file_columns: kept } }));
      return sendFile(file, { kind: "orders", channel });
    },
    onSuccess: (id) => navigate({ to: "/uploads/$id", params: { id }, search: { from } }),
  });
  const choose = (theirs: string, ours: string) => setMapping(new Map(mapping).set(theirs, ours));
  return (
    <section className="card" aria-label={t.uploads.mapTitle}>
      <header>
        <h2>{t.uploads.mapTitle}</h2>
        <span className="mid">{t.uploads.mapText(names.channel(channel))}</span>
      </header>
      {sample.header.map((theirs, at) => (
        <div key={theirs} className="map-row">
          <b className="cut">{theirs}</b>
          <span className="mid cut">{sample.values[at]}</span>
          <select
            className="input"
            aria-label={t.uploads.mapOf(theirs)}
            value={mapping.get(theirs) ?? ""}
            onChange={(event) => choose(theirs, event.target.value)}
          >
            <option value="">{t.uploads.mapNone}</option>
            {OUR_COLUMNS.map((ours) => (
              <option key={ours} value={ours}>
                {ours}
                {REQUIRED.includes(ours) ? " *" : ""}
              </option>
            ))}
          </select>
        </div>
      ))}
      <footer className="mend-foot">
        <span className={lacks.length ? "danger" : "ok"}>
          {lacks.length ? t.uploads.mapLacks(lacks.join(", ")) : t.uploads.mapAll}
        </span>
        {save.error && (
          <span className="danger" role="alert">
            <Icon name="x" small /> {sentenceOf(save.error)}
          </span>
        )}
        <Button
          look="primary"
          className="right"
          disabled={lacks.length > 0}
          busy={save.isPending}
          onClick={() => save.mutate()}
        >
          {t.uploads.mapSend}
        </Button>
      </footer>
    </section>
  );
}

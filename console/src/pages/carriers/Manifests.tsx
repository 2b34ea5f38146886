import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { PRESIGN_AGAIN_MS, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { dateOf, listed } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { asOptions, QueryFailure } from "../../ui/list";

const text = t.manifests;
const KEY = ["manifests"];

/** The forms that a carrier's driver scans in place of each parcel, the newest first, and one for what left today. */
export function Manifests({ account }: { account: string }) {
  const can = useCan();
  const names = useNames();
  const [makes, setMakes] = useState(false);
  const list = useQuery({
    queryKey: KEY,
    queryFn: () => answerOf(api.GET("/manifests", { params: { query: { limit: 100 } } })),
    enabled: can("GET /manifests"),
    refetchInterval: PRESIGN_AGAIN_MS,
  });
  if (!can("GET /manifests")) return null;
  const made = list.data?.items.filter((each) => each.account === account) ?? [];
  return (
    <section className="card" aria-labelledby="manifests">
      <header>
        <h2 id="manifests">{text.title}</h2>
        <span className="dim small">{text.about}</span>
        {can("POST /manifests") && (
          <Button small icon="plus" className="right" onClick={() => setMakes(true)}>
            {text.make}
          </Button>
        )}
      </header>
      <QueryFailure query={list} />
      {list.isPending && <Skeleton rows={2} />}
      {list.isSuccess && made.length === 0 && <p className="dim pad14">{text.none}</p>}
      {made.length > 0 && (
        <ul className="pad14 stack">
          {made.map((each) => (
            <li key={each.id} className="row">
              <span className="grow">
                {listed(dateOf(each.day), each.carrier, names.warehouse(each.warehouse))}{" "}
                <span className="dim">{text.parcels(each.parcels.length)}</span>{" "}
                {each.problem && <span className="danger">{each.problem}</span>}
              </span>
              <Form manifest={each} />
            </li>
          ))}
        </ul>
      )}
      {makes && <MakeManifest account={account} onClose={() => setMakes(false)} />}
    </section>
  );
}

function Form({ manifest }: { manifest: Schemas["ManifestView"] }) {
  if (!manifest.url) return <span className="dim">{text.state[manifest.state]}</span>;
  return (
    <a className="link" href={manifest.url} target="_blank" rel="noreferrer">
      {text.print}
    </a>
  );
}

/** One form of the labels that were bought today for a warehouse and are on none. */
function MakeManifest({ account, onClose }: { account: string; onClose: () => void }) {
  const { warehouses } = useNames();
  const client = useQueryClient();
  const own = warehouses.filter((each) => each.kind === "own");
  const [warehouse, setWarehouse] = useState(own[0]?.id ?? "");
  const [carrier, setCarrier] = useState("");
  const make = async () => {
    const body = { account, warehouse, carrier: carrier.trim() || null };
    try {
      const { parcels } = await answerOf(api.POST("/manifests", { body }));
      say(text.made(parcels.length));
    } finally {
      client.invalidateQueries({ queryKey: KEY });
    }
  };
  return (
    <Confirm
      title={text.makeTitle}
      confirm={text.make}
      footnote={t.one.noUndo}
      disabled={!warehouse}
      onClose={onClose}
      onConfirm={make}
    >
      <p>{text.makeText}</p>
      <Select
        first
        label={t.toShip.filters.warehouse}
        value={warehouse}
        options={asOptions(own)}
        onChange={setWarehouse}
      />
      <Input label={text.carrier} hint={text.carrierHint} value={carrier} onChange={setCarrier} />
    </Confirm>
  );
}

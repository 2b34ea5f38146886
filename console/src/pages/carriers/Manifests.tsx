import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { PRESIGN_AGAIN_MS, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button, Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { dateOf, listed } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { useFirstRow } from "../../ui/ListTable";
import { asOptions, LoadMore, QueryFailure } from "../../ui/list";

const text = t.manifests;
const KEY = ["manifests"];
const AT_ONCE = 20;

/** Whose manifests: of a carrier account, or of a warehouse. */
interface Whose {
  account?: string;
  warehouse?: string;
}

/** The forms of an account that a carrier's driver scans in place of each parcel, and one for what left today. */
export function Manifests({ account }: { account: string }) {
  const can = useCan();
  const [makes, setMakes] = useState(false);
  if (!can("GET /manifests")) return null;
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
      <List account={account} />
      {makes && <MakeManifest account={account} onClose={() => setMakes(false)} />}
    </section>
  );
}

/** The same of the warehouses where the reader ships, for whoever has no page of a carrier account. */
export function ManifestsButton() {
  const can = useCan();
  const places = useOwn();
  const [chosen, choose] = useState("");
  const [shown, show] = useState<"none" | "list" | "new">("none");
  const warehouse = chosen || (places[0]?.id ?? "");
  if (!can("GET /manifests") || places.length === 0) return null;
  return (
    <>
      <Button small look="quiet" icon="receipt" onClick={() => show("list")}>
        <span className="sr-s">{text.title}</span>
      </Button>
      {shown === "list" && (
        <Dialog title={text.title} size={560} onClose={() => show("none")}>
          <div className="dialog-body">
            <p>{text.what}</p>
            {places.length > 1 && (
              <Select
                label={t.toShip.filters.warehouse}
                value={warehouse}
                options={asOptions(places)}
                onChange={choose}
              />
            )}
            <List warehouse={warehouse} />
          </div>
          <footer className="dialog-foot">
            <span className="grow" />
            {can("POST /manifests") && (
              <Button look="primary" data-autofocus onClick={() => show("new")}>
                {text.make}
              </Button>
            )}
          </footer>
        </Dialog>
      )}
      {shown === "new" && <MakeManifest warehouse={warehouse} onClose={() => show("list")} />}
    </>
  );
}

const useOwn = () => useNames().warehouses.filter((each) => each.kind === "own");

/** The newest ones, each to print. */
function List(whose: Whose) {
  const names = useNames();
  const list = useInfiniteQuery({
    queryKey: [...KEY, whose.account, whose.warehouse],
    queryFn: ({ pageParam }) => {
      const query = { ...whose, limit: AT_ONCE, cursor: pageParam ?? undefined };
      return answerOf(api.GET("/manifests", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: PRESIGN_AGAIN_MS,
  });
  const made = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isReadOn = useFirstRow(list, made.length);
  return (
    <>
      <QueryFailure query={list} />
      {(list.isPending || isReadOn) && <Skeleton rows={2} />}
      {list.isSuccess && made.length === 0 && !isReadOn && <p className="dim pad14">{text.none}</p>}
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
      {made.length > 0 && <LoadMore list={list} />}
    </>
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
function MakeManifest({ account, warehouse: at, onClose }: Whose & { onClose: () => void }) {
  const own = useOwn();
  const client = useQueryClient();
  const [warehouse, setWarehouse] = useState(at ?? own[0]?.id ?? "");
  const [named, setNamed] = useState("");
  const [carrier, setCarrier] = useState("");
  const make = async () => {
    const body = { account: account ?? (named.trim() || null), warehouse, carrier: carrier.trim() || null };
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
      {!account && <Input label={text.account} hint={text.accountHint} value={named} onChange={setNamed} />}
      <Input label={text.carrier} hint={text.carrierHint} value={carrier} onChange={setCarrier} />
    </Confirm>
  );
}

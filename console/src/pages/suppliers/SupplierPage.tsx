import "./suppliers.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { SUPPLIER_TABS } from "../../search/setup";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { labelsOf } from "../../ui/labels";
import { Tabs } from "../../ui/Tabs";
import { useForm } from "../../ui/useForm";
import { Loaded } from "../setup/Loaded";
import { Remove } from "../setup/Remove";
import { SaveBar } from "../setup/SettingsPage";
import { useSaved } from "../setup/useSaved";
import { AnswerLayouts } from "./AnswerLayout";
import { ConnectionTest } from "./ConnectionTest";
import { ExchangeNow } from "./ExchangeNow";
import { Feed } from "./Feed";
import { LayoutTab } from "./LayoutTab";
import { USUAL, USUAL_CANCELLATION } from "./layout";
import { PurchasesTab } from "./PurchasesTab";
import { SupplierSettings } from "./SupplierSettings";

const route = getRouteApi("/suppliers/$id");
const text = t.setup.suppliers;
const layout = t.setup.layout;
const TABS = ["settings", ...SUPPLIER_TABS] as const;
type Supplier = Schemas["Supplier"];
export type Edited = Supplier & { credentials?: Schemas["NewSupplierKeys"] };

const LABELS = labelsOf({
  orders: text.tabs.file,
  cancellations: text.tabs.cancellations,
  answers: text.tabs.answers,
  feed: text.tabs.feed,
  purchasing: text.tabs.purchases,
  transport: text.connection,
  folders: text.folders,
});

/** One supplier: how it is reached, and what its file of orders looks like. */
export function SupplierPage() {
  const { id } = route.useParams();
  const query = useQuery({
    queryKey: ["supplier", id],
    queryFn: () => answerOf(api.GET("/suppliers/{supplier_id}", { params: { path: { supplier_id: id } } })),
  });
  return (
    <Loaded title={id} back={{ to: "/suppliers", label: text.title }} query={query}>
      {(supplier) => <Editor key={id} supplier={supplier} />}
    </Loaded>
  );
}

function Editor({ supplier }: { supplier: Supplier }) {
  const { tab } = route.useSearch();
  const navigate = useNavigate({ from: "/suppliers/$id" });
  const can = useCan();
  const name = supplier.name || supplier.id;
  const params = { path: { supplier_id: supplier.id } };
  const saved = useSaved(name, ["suppliers"], ["supplier", supplier.id]);
  const form = useForm<Edited>({
    saved: supplier,
    readOnly: !can("PATCH /suppliers/{supplier_id}"),
    labels: LABELS,
    send: (body, _, header) =>
      saved(answerOf(api.PATCH("/suppliers/{supplier_id}", { params: { ...params, header }, body }))),
  });
  return (
    <Page title={name} back={{ to: "/suppliers", label: text.title }}>
      <Tabs
        label={name}
        current={tab ?? "settings"}
        tabs={TABS.map((id) => ({ id, label: text.tabs[id] }))}
        onChoose={(id) => navigate({ search: { tab: id === "settings" ? undefined : id }, replace: true })}
      />
      <SaveBar form={form} />
      {tab === "file" && <LayoutTab {...{ form, supplier }} path="orders" usual={USUAL} text={layout} />}
      {tab === "cancellations" && (
        <LayoutTab
          {...{ form, supplier }}
          path="cancellations"
          usual={USUAL_CANCELLATION}
          text={layout.cancellations}
          onRemove={() => form.set("cancellations", null)}
        />
      )}
      {tab === undefined && (
        <div className="setup-cols">
          <div className="col">
            <SupplierSettings form={form} />
            <Remove
              needs="DELETE /suppliers/{supplier_id}"
              name={name}
              text={text}
              list="suppliers"
              remove={() => answerOf(api.DELETE("/suppliers/{supplier_id}", { params }))}
            />
          </div>
          <div className="col">
            <ExchangeNow supplier={supplier} isChanged={form.changes > 0} />
            <ConnectionTest supplier={supplier} isChanged={form.changes > 0} />
          </div>
        </div>
      )}
      {(tab === "answers" || tab === "feed" || tab === "purchases") && (
        <div className="setup-cols wide">
          <div className="col">
            {tab === "answers" && <AnswerLayouts form={form} path="answers" about="answers" />}
            {tab === "feed" && <Feed form={form} />}
            {tab === "purchases" && <PurchasesTab form={form} />}
          </div>
        </div>
      )}
    </Page>
  );
}

import { useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Skeleton } from "../../ui/bits";
import { NumberField, SwitchField, TextField } from "../../ui/fields";
import { asOptions, QueryFailure } from "../../ui/list";
import { ManyField } from "../../ui/listFields";
import { Repeat } from "../../ui/Repeat";
import { useForm } from "../../ui/useForm";
import { SaveBar } from "../setup/SettingsPage";
import { useSaved } from "../setup/useSaved";
import { type BoxSize, newBox, volume } from "./boxes";

const text = t.boxes;
type Account = Schemas["Account"];

/** The boxes that orders are packed in: labels weigh and measure by them. */
export function Boxes() {
  const account = useQuery({ queryKey: ["account"], queryFn: () => answerOf(api.GET("/account")) });
  return (
    <Page title={text.title}>
      <QueryFailure query={account} />
      {account.isPending && <Skeleton />}
      {account.data && <Editor account={account.data} />}
    </Page>
  );
}

function Editor({ account }: { account: Account }) {
  const can = useCan();
  const { warehouses } = useNames();
  const own = warehouses.filter((each) => each.kind === "own");
  const saved = useSaved(text.title, ["account"], ["rates"]);
  const form = useForm<Account>({
    saved: account,
    readOnly: !can("PATCH /account"),
    send: (body, _, header) => saved(answerOf(api.PATCH("/account", { params: { header }, body }))),
  });
  return (
    <>
      <SaveBar form={form}>
        <span className="small dim">{text.about}</span>
      </SaveBar>
      <div className="setup-cols">
        <div className="col">
          <Repeat<BoxSize>
            form={form}
            path="boxes"
            title={text.title}
            none={text.none}
            add={text.add}
            make={newBox}
            nameOf={(box, place) => box.name || box.id || text.nth(place + 1)}
          >
            {(path, box) => (
              <>
                <TextField form={form} path={`${path}.name`} label={text.name} />
                <TextField form={form} path={`${path}.id`} label={text.id} hint={text.idHint} />
                <NumberField form={form} path={`${path}.tare_g`} label={text.tare} unit="g" />
                {(["length_mm", "width_mm", "height_mm"] as const).map((each) => (
                  <NumberField
                    key={each}
                    form={form}
                    path={`${path}.${each}`}
                    label={text.side[each]}
                    hint={each === "height_mm" ? text.holds(volume(box)) : undefined}
                    unit="mm"
                  />
                ))}
                <NumberField
                  form={form}
                  path={`${path}.wall_mm`}
                  label={text.wall}
                  hint={text.wallHint}
                  unit="mm"
                />
                {own.length > 1 && (
                  <ManyField
                    form={form}
                    path={`${path}.warehouses`}
                    label={text.warehouses}
                    hint={text.warehousesHint}
                    options={asOptions(own)}
                  />
                )}
                <SwitchField
                  form={form}
                  path={`${path}.active`}
                  label={t.setup.active}
                  hint={text.activeHint}
                />
              </>
            )}
          </Repeat>
        </div>
      </div>
    </>
  );
}

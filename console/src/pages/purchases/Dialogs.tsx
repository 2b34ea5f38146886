import type { ReactNode } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames, useSuppliers } from "../../api/queries";
import { t } from "../../texts";
import { Goods } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { Input } from "../../ui/inputs";
import { keptMap, useKept } from "../../ui/kept";
import { useChange } from "../numbered/one";
import { type Answered, answerOfSupplier, unreadableIn } from "./answering";
import { type Purchase, unitsOf } from "./Purchase";
import { mayCorrect } from "./steps";

export type Asked =
  | { kind: "submit" | "resend" | "answer" | "close" | "cancel" | "keep" }
  | { kind: "surplus"; line: Schemas["PurchaseLineView"] }
  | null;

interface DialogProps {
  order: Purchase;
  onClose: () => void;
}

const act = t.purchases.act;
const path = (order: Purchase) => ({ params: { path: { purchase_id: order.id } } });

/** Every change of a purchase order, with what it does said before. */
export function PurchaseDialogs({ order, asked, onClose }: DialogProps & { asked: Asked }) {
  if (!asked) return null;
  if (asked.kind === "answer") return <Answer order={order} onClose={onClose} />;
  if (asked.kind === "surplus") return <Surplus order={order} line={asked.line} onClose={onClose} />;
  return <Step order={order} kind={asked.kind} onClose={onClose} />;
}

type StepKind = "submit" | "resend" | "close" | "cancel" | "keep";

/** A step that needs no more than a yes. */
function Step({ order, kind, onClose }: DialogProps & { kind: StepKind }) {
  const names = useNames();
  const supplier = useSuppliers().name(order.supplier);
  const change = useChange<Purchase>("/purchase-orders");
  const open = unitsOf(order, "open");
  const unneeded = unitsOf(order, "unneeded");
  const place = names.warehouse(order.warehouse);
  const steps: Record<StepKind, Omit<StepProps, "onClose">> = {
    submit: {
      title: act.submitTitle(order.id),
      confirm: act.submit,
      text: [act.submitText(unitsOf(order, "ordered"), place), act.submitSent(supplier)],
      call: () => api.POST("/purchase-orders/{purchase_id}/submit", path(order)),
    },
    resend: {
      title: act.resendTitle(order.id),
      confirm: act.resend,
      text: [
        order.sending?.state === "not_sent" ? act.resendWaitingText(supplier) : act.resendText(supplier),
      ],
      call: () => api.POST("/purchase-orders/{purchase_id}/resend", path(order)),
    },
    close: {
      title: act.closeTitle(order.id),
      confirm: act.closeConfirm(open),
      text: [act.closeText(open)],
      destructive: true,
      call: () => api.POST("/purchase-orders/{purchase_id}/close", { ...path(order), body: { lines: [] } }),
    },
    cancel: {
      title: act.cancelTitle(order.id),
      confirm: act.cancelConfirm,
      text: [act.cancelText(supplier), t.one.noUndo],
      destructive: true,
      call: () => api.POST("/purchase-orders/{purchase_id}/cancel", path(order)),
    },
    keep: {
      title: act.keepTitle(unneeded),
      confirm: act.keep,
      text: [act.keepText],
      call: () => api.POST("/purchase-orders/{purchase_id}/keep", path(order)),
    },
  };
  const { title, confirm, text, destructive, call } = steps[kind];
  return (
    <Confirm
      title={title}
      confirm={confirm}
      cancel={destructive ? act.keepIt : undefined}
      destructive={destructive}
      onClose={onClose}
      onConfirm={() => change(answerOf(call()))}
    >
      {text.map((each) => (
        <p key={each}>{each}</p>
      ))}
    </Confirm>
  );
}

interface StepProps {
  title: string;
  confirm: string;
  text: string[];
  destructive?: boolean;
  call: () => Parameters<typeof answerOf<Purchase>>[0];
  onClose: () => void;
}

const NO_ANSWER: Answered = { refused: "", price: "", due: "" };

/** What the supplier refuses of lines, or changes of them. */
function Answer({ order, onClose }: DialogProps) {
  const supplier = useSuppliers().name(order.supplier);
  const change = useChange<Purchase>("/purchase-orders");
  const of = order.timeline.length;
  const [answers, setAnswers] = useKept<ReadonlyMap<string, Answered>>("answers", () => new Map(), {
    ...keptMap<Answered>(),
    of,
  });
  const [reason, setReason] = useKept("why", () => "", { of });
  const set = (line: string, part: Partial<Answered>) =>
    setAnswers((before) => new Map(before).set(line, { ...(before.get(line) ?? NO_ANSWER), ...part }));
  const enter = async () => {
    const [unreadable] = unreadableIn(order, answers);
    if (unreadable) throw new Refused(422, { detail: act.refusedNotWhole(unreadable) });
    const lines = answerOfSupplier(order, answers, reason);
    if (lines.length === 0) throw new Refused(422, { detail: act.answerMissing });
    await change(
      answerOf(api.POST("/purchase-orders/{purchase_id}/answer", { ...path(order), body: { lines } })).catch(
        (error) => {
          const named = lines.map(({ line }) => order.lines.find(({ id }) => id === line)?.sku ?? line);
          throw error instanceof Refused ? error.about("lines", named) : error;
        },
      ),
    );
  };
  const lines = order.lines.filter((each) => each.open > 0 || mayCorrect(each, order.state));
  return (
    <Confirm
      title={act.answerTitle(supplier)}
      confirm={act.answerConfirm}
      onClose={onClose}
      onConfirm={enter}
    >
      <p>{act.answerText}</p>
      <table className="tbl card-tbl answers">
        <thead>
          <tr>
            <th>{t.purchases.lines.item}</th>
            <th className="s5">{act.refused}</th>
            <th className="s5">{act.price}</th>
            <th className="d3">{act.due}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((each) => {
            const input = (name: keyof Answered, label: string, extra: object, placeholder?: string) => (
              <input
                className="input"
                aria-label={`${label}: ${each.sku}`}
                placeholder={placeholder}
                value={answers.get(each.id)?.[name] ?? ""}
                onChange={(event) => set(each.id, { [name]: event.target.value })}
                {...extra}
              />
            );
            return (
              <tr key={each.id}>
                <td title={each.sku}>
                  <Goods name={each.name} sku={each.sku} />{" "}
                  <span className="dim">{t.common.units(each.ordered)}</span>
                </td>
                <td>
                  {each.open + each.refused > 0 &&
                    input(
                      "refused",
                      act.refused,
                      { inputMode: "numeric" },
                      each.refused ? String(each.refused) : "",
                    )}
                </td>
                <td>{input("price", act.price, { inputMode: "decimal" }, each.unit_cost?.amount)}</td>
                <td>{each.open > 0 && input("due", act.due, { type: "date" })}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Input label={act.why} maxLength={255} value={reason} onChange={setReason} />
    </Confirm>
  );
}

/** Keep what came beyond the order, or send it back. */
function Surplus({ order, line, onClose }: DialogProps & { line: Schemas["PurchaseLineView"] }) {
  const names = useNames();
  const change = useChange<Purchase>("/purchase-orders");
  const [decision, setDecision] = useKept<Schemas["Decision"]>(`surplus ${line.id}`, () => "accept");
  const params = { path: { purchase_id: order.id, line_id: line.id } };
  const option = (value: Schemas["Decision"], label: ReactNode) => (
    <label>
      <input type="radio" name="decision" checked={decision === value} onChange={() => setDecision(value)} />
      {label}
    </label>
  );
  return (
    <Confirm
      title={act.surplusTitle(line.surplus, line.name || line.sku)}
      confirm={decision === "accept" ? act.accept(line.surplus) : act.return}
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={() =>
        change(
          answerOf(
            api.POST("/purchase-orders/{purchase_id}/lines/{line_id}/surplus", {
              params,
              body: { decision },
            }),
          ),
        )
      }
    >
      <p>{act.surplusText(names.warehouse(order.warehouse))}</p>
      <fieldset className="choices">
        <legend className="sr">{act.decide}</legend>
        {option("accept", act.accept(line.surplus))}
        {option("return", act.return)}
      </fieldset>
    </Confirm>
  );
}

import { Tooltip } from "@mantine/core";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { type Schemas, sentenceOf } from "../api/client";
import { t } from "../texts";
import { absolute, begun, due, when } from "./format";
import { Icon, type IconName } from "./Icon";
import { useNow } from "./now";

export type Tone = "neutral" | "info" | "ok" | "warn" | "danger" | "hold";
export type Look = [word: string, tone: Tone, icon: IconName];

export const ORDER_STATUS: Record<Schemas["Status"], Look> = {
  awaiting_payment: [t.order.status.awaiting_payment, "neutral", "clock"],
  open: [t.order.status.open, "info", "circle-dashed"],
  in_fulfilment: [t.order.status.in_fulfilment, "info", "progress"],
  partially_shipped: [t.order.status.partially_shipped, "info", "package"],
  complete: [t.order.status.complete, "ok", "check"],
  cancelled: [t.order.status.cancelled, "neutral", "ban"],
};

export const FLAG: Record<Schemas["Flag"], Look> = {
  held: [t.order.flag.held, "hold", "hand-stop"],
  backordered: [t.order.flag.backordered, "warn", "clock-hour-4"],
  exception: [t.order.flag.exception, "warn", "alert-triangle"],
  late: [t.order.flag.late, "danger", "alarm"],
  cancel_requested: [t.order.flag.cancel_requested, "warn", "ban"],
};

export const FULFILMENT_STATUS: Record<Schemas["FulfilmentStatus"], Look> = {
  queued: [t.fulfilment.queued, "neutral", "circle-dashed"],
  requested: [t.fulfilment.requested, "info", "send"],
  accepted: [t.fulfilment.accepted, "info", "progress"],
  shipped: [t.fulfilment.shipped, "ok", "check"],
  rejected: [t.fulfilment.rejected, "danger", "x"],
  cancelled: [t.fulfilment.cancelled, "neutral", "ban"],
};
/** A fulfilment order that waits to leave in a closed box. */
export const PACKED: Look = [t.fulfilment.packed, "info", "box"];

const CHECK_ICON: Record<Schemas["Check"], IconName> = {
  address: "home-question",
  product: "tag",
  warehouse: "building-warehouse",
  stock: "clock-hour-4",
  hold: "hand-stop",
  sender: "building-warehouse",
  weight: "scale",
  customs: "world",
  box: "box",
  carrier: "truck",
};

/** A state, with its word and its own icon: colour never stands alone. */
export function Badge({ look: [word, tone, icon] }: { look: Look }) {
  return (
    <span className={`badge t-${tone}`}>
      <Icon name={icon} small />
      {word}
    </span>
  );
}

export function Chip({ look: [word, tone, icon] }: { look: Look }) {
  return (
    <span className={`chip t-${tone}`}>
      <Icon name={icon} small />
      {word}
    </span>
  );
}

/** What lacks, at most two by name; one quiet word where nothing does. */
export function Checks({ failed }: { failed: readonly Schemas["Check"][] }) {
  if (failed.length === 0)
    return (
      <span className="ready">
        <Icon name="check" small />
        {t.ready}
      </span>
    );
  const all = failed.map((each) => t.check[each].long).join(". ");
  const shown = failed.slice(0, failed.length > 2 ? 1 : 2);
  return (
    <Tooltip label={all} multiline maw={320}>
      <span className="chips">
        {shown.map((each) => (
          <span key={each} className={`chip ${each === "hold" ? "t-hold" : "t-warn"}`}>
            <Icon name={CHECK_ICON[each]} small />
            {t.check[each].short}
          </span>
        ))}
        {failed.length > shown.length && (
          <span className="chip">{t.toShip.more(failed.length - shown.length)}</span>
        )}
        <span className="sr">{all}</span>
      </span>
    </Tooltip>
  );
}

const DUE_CLASS = {
  danger: "danger b by",
  warn: "warn b by",
  today: "m by",
  later: "mid by",
  none: "dim by",
};

export function Countdown({ at }: { at: string | null }) {
  const { tone, text } = due(at, useNow());
  return (
    <span className={DUE_CLASS[tone]} title={at ? absolute(at) : undefined}>
      {tone === "danger" && <Icon name="alarm" small />}
      {tone === "warn" && <Icon name="clock" small />}
      {text}
    </span>
  );
}

export function When({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={absolute(at)} className={className}>
      {when(at, now)}
    </time>
  );
}

/** A product as people call it, its sku beside; the sku where nobody named it. `children` is a link in its place. */
export function Goods({ name, sku, children = sku }: { name?: string; sku: string; children?: ReactNode }) {
  if (!name) return <span className="m code">{children}</span>;
  return (
    <>
      <span className="m">{name}</span> <span className="dim code">{children}</span>
    </>
  );
}

export const Kbd = ({ children }: { children: ReactNode }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a picture of a key, which aria-keyshortcuts says
  <kbd aria-hidden="true">{children}</kbd>
);

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: "primary" | "quiet" | "bad" | "plain";
  small?: boolean;
  icon?: IconName;
  keyName?: string;
  busy?: boolean;
}

export function Button({
  look = "plain",
  small,
  icon,
  keyName,
  busy,
  children,
  className = "",
  ...rest
}: ButtonProps) {
  const iconOnly = icon && !children;
  const classes = [
    "btn",
    look === "plain" ? "" : look,
    small ? "small" : "",
    iconOnly ? "icon" : "",
    className,
  ];
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(" ")}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
      aria-keyshortcuts={keyName}
    >
      {icon && <Icon name={icon} small={small} />}
      {children}
      {keyName && <Kbd>{keyName}</Kbd>}
    </button>
  );
}

type EmptyProps = { title: string } & (
  | { /** Why, or several reasons. */ text: string | readonly string[]; children?: ReactNode }
  | { text?: undefined; children: ReactNode }
);

/** Nothing there: a sentence, and why or what to do: one of them is always said. */
export function Empty({ title, text = [], children }: EmptyProps) {
  return (
    <div className="empty" role="status">
      <h2>{title}</h2>
      {typeof text === "string" && <p>{text}</p>}
      {typeof text !== "string" && text.length > 0 && (
        <ul>
          {text.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      {children && <div className="row">{children}</div>}
    </div>
  );
}

interface FailureProps {
  error: unknown;
  /** When what is still shown was read; without it nothing is shown. */
  from?: number;
  onRetry: () => void;
}

/** Something could not be read: what was read before stays, with its time. */
export function Failure({ error, from, onRetry }: FailureProps) {
  const now = useNow();
  return (
    <div className={`note ${from ? "" : "t-danger"}`} role="alert">
      <Icon name={from ? "wifi-off" : "x"} />
      <span className="t">
        <b className="b">{from ? t.common.from(when(new Date(from).toISOString(), now)) : t.common.failed}</b>{" "}
        {begun(sentenceOf(error))}
      </span>
      <button type="button" className="link" onClick={onRetry}>
        {t.common.retry}
      </button>
    </div>
  );
}

/** What a small act was refused with, beside its button. */
export const Refusal = ({ error }: { error: unknown }) =>
  error ? (
    <span className="danger small" role="alert">
      {sentenceOf(error)}
    </span>
  ) : null;

/** Grey rows, only at a first load, and only if it takes a while (by CSS). */
export function Skeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={t.common.loading}>
      {Array.from({ length: rows }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have nothing but their place
        <i key={place} />
      ))}
    </div>
  );
}

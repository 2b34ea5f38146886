import { ICONS, type IconName } from "./icons";

export type { IconName };

/** An outline that says nothing by itself: the word stands beside it, or in `label`. */
export function Icon({ name, small = false, label }: { name: IconName; small?: boolean; label?: string }) {
  const said = label ? ({ role: "img", "aria-label": label } as const) : ({ "aria-hidden": true } as const);
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or is hidden
    <svg className={small ? "i s" : "i"} viewBox="0 0 24 24" {...said}>
      <path d={ICONS[name]} />
    </svg>
  );
}

import { useState } from "react";
import { t } from "../texts";
import { Dialog } from "../ui/Dialog";
import { SINGLE_KEYS } from "../ui/shortcuts";

const k = t.help.keys;
const SHEET: [string, [string, string[]][]][] = [
  [
    t.help.everywhere,
    [
      [k.search, ["/"]],
      [k.palette, ["Ctrl", "K"]],
      [k.help, ["?"]],
      [k.toShip, ["G", "T"]],
      [k.bench, ["G", "B"]],
      [k.orders, ["G", "O"]],
      [k.exceptions, ["G", "E"]],
      [k.stock, ["G", "S"]],
      [k.health, ["G", "H"]],
      [k.close, ["Esc"]],
    ],
  ],
  [
    t.help.lists,
    [
      [k.move, ["J", "K"]],
      [k.select, ["X"]],
      [k.extend, ["Shift", "J"]],
      [k.all, ["Ctrl", "A"]],
      [k.open, ["Enter"]],
      [k.find, ["F"]],
      [k.fresh, ["."]],
      [k.tabs, ["1", "…", "7"]],
    ],
  ],
  [
    t.help.goods,
    [
      [k.make, ["N"]],
      [k.submit, ["S"]],
      [k.receive, ["R"]],
      [k.edit, ["E"]],
      [k.print, ["P"]],
      [k.record, ["Ctrl", "Enter"]],
      [k.adjust, ["A"]],
    ],
  ],
  [
    t.help.toShip,
    [
      [k.labels, ["P"]],
      [k.slip, ["L"]],
      [k.pick, ["I"]],
      [k.hold, ["H"]],
      [k.tag, ["T"]],
      [k.shipBy, ["D"]],
      [k.moveRows, ["M"]],
      [k.together, ["O"]],
      [k.next, ["J", "K"]],
      [k.copy, ["C"]],
      [k.ship, ["S"]],
    ],
  ],
];

/** All keys, by where they work. */
export default function Help({ onClose }: { onClose: () => void }) {
  const [single, setSingle] = useState(localStorage.getItem(SINGLE_KEYS) !== "off");
  const change = (on: boolean) => {
    setSingle(on);
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
  };
  return (
    <Dialog onClose={onClose} title={t.help.title} size={760}>
      <div className="help">
        {SHEET.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([what, names]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="help-foot">
        <span className="dim">{t.help.off}</span>
        <input type="checkbox" checked={single} onChange={(event) => change(event.target.checked)} />
        {t.help.single}
      </label>
    </Dialog>
  );
}

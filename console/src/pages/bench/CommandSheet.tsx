import "./bench.css";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { barsOf } from "./code128";
import { CHOICES, COMMANDS } from "./machine";
import { savedStation } from "./station";

const HEIGHT = 44;

function Barcode({ text }: { text: string }) {
  const { bars, width } = barsOf(text);
  return (
    <svg
      className="barcode"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width * 2}
      height={HEIGHT}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
    >
      {bars.map(([at, wide]) => (
        <rect key={at} x={at} width={wide} height={HEIGHT} />
      ))}
    </svg>
  );
}

/** The sheet that lies at the bench: a barcode for each command, so that all is done by the scanner. */
export function CommandSheet() {
  useEffect(() => {
    document.title = `${t.bench.sheet.title} · ${t.product}`;
  }, []);
  const station = savedStation();
  return (
    <main className="sheet" id="page" tabIndex={-1}>
      <header className="row">
        <h1 className="grow">{t.bench.sheet.title}</h1>
        <span className="row no-print">
          <Link
            className="btn"
            to={station ? "/bench/$station" : "/bench"}
            params={{ station: station?.name ?? "" }}
          >
            {t.bench.sheet.back}
          </Link>
          <Button look="primary" icon="printer" onClick={() => window.print()}>
            {t.bench.sheet.print}
          </Button>
        </span>
      </header>
      <p className="mid">{t.bench.sheet.text}</p>
      <ul>
        {[...Object.keys(COMMANDS), ...CHOICES].map((code) => (
          <li key={code}>
            <b>{t.bench.sheet.names[code]}</b>
            <Barcode text={code} />
            <span className="code">{code}</span>
          </li>
        ))}
      </ul>
    </main>
  );
}

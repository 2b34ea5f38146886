import { t } from "../texts";
import { Button, Empty } from "../ui/bits";

/** In place of a page that failed: what it says, for whoever mends it, and the way on. */
export function Broken({ error }: { error: unknown }) {
  const said = error instanceof Error ? error.message : String(error);
  return (
    <main className="page" id="page" tabIndex={-1}>
      <Empty title={t.common.broken} text={t.common.brokenWhy(said)}>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t.common.reload}
        </Button>
        <Button onClick={() => window.location.assign("/")}>{t.common.toStart}</Button>
      </Empty>
    </main>
  );
}

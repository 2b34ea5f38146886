import { t } from "../texts";
import { Button, Empty } from "../ui/bits";

export function SignedOut() {
  return (
    <main className="alone">
      <Empty title={t.signedOut.title} text={t.signedOut.text}>
        <Button look="primary" onClick={() => window.location.assign("/")}>
          {t.signedOut.again}
        </Button>
      </Empty>
    </main>
  );
}

export function StartFailed() {
  return (
    <main className="alone">
      <Empty title={t.start.failed} text={t.start.why}>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t.common.retry}
        </Button>
      </Empty>
    </main>
  );
}

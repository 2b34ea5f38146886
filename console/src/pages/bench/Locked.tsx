import { useState } from "react";
import { useMe, useSession } from "../../auth/context";
import { t } from "../../texts";
import { Button, Empty } from "../../ui/bits";
import { person } from "../../ui/format";

/** Nobody is signed in any more: who goes on says who that is. */
export function Locked() {
  const session = useSession();
  const { data: me } = useMe();
  const [who] = useState(me ? person(me.name) : "");
  const unlock = () => session.signInAnew(window.location.pathname + window.location.search);
  return (
    <main className="alone">
      <Empty title={t.bench.locked} text={t.bench.lockedText(who)}>
        <Button look="primary" icon="lock" autoFocus onClick={unlock}>
          {t.bench.unlock}
        </Button>
      </Empty>
    </main>
  );
}

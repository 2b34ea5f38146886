import { useEffect, useState } from "react";
import { t } from "../texts";
import { timeOf } from "../ui/format";
import { Icon } from "../ui/Icon";

/** Says plainly that there is no connection, and since when. */
export function Offline() {
  const [since, setSince] = useState<number | null>(navigator.onLine ? null : Date.now());
  useEffect(() => {
    const lost = () => setSince(Date.now());
    const back = () => setSince(null);
    window.addEventListener("offline", lost);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("offline", lost);
      window.removeEventListener("online", back);
    };
  }, []);
  if (since === null) return null;
  return (
    <div className="offline note" role="alert">
      <Icon name="wifi-off" />
      <span className="t">{t.common.offline(timeOf(since))}</span>
    </div>
  );
}

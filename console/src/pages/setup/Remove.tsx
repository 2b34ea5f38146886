import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Operation } from "../../api/roles";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";

interface RemoveProps {
  needs: Operation;
  name: string;
  /** What goes with it, what stays, and the words of the button. */
  text: { removeText: string; removeConfirm: string };
  /** The list that it leaves, which is shown then. */
  list: "carriers" | "channels" | "products" | "suppliers" | "warehouses";
  remove: () => Promise<unknown>;
}

/** A button that removes a thing, after it said what goes with it. */
export function Remove({ needs, name, text, list, remove }: RemoveProps) {
  const can = useCan();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asked, ask] = useState(false);
  const act = async () => {
    await remove();
    client.invalidateQueries({ queryKey: [list] });
    say(t.setup.removed(name));
    navigate({ to: `/${list}` });
  };
  if (!can(needs)) return null;
  return (
    <span>
      <Button look="bad" small onClick={() => ask(true)}>
        {text.removeConfirm}
      </Button>
      {asked && (
        <Confirm
          title={t.setup.removeTitle(name)}
          confirm={text.removeConfirm}
          footnote={t.one.noUndo}
          destructive
          onClose={() => ask(false)}
          onConfirm={act}
        >
          <p>{text.removeText}</p>
        </Confirm>
      )}
    </span>
  );
}

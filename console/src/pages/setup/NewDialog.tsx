import { useState } from "react";
import { Refused } from "../../api/client";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import type { Option } from "../../ui/FilterBar";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";

const text = t.setup.create;
const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** An id as it may be named in the address of a page and in files: `Shop UK` becomes `shop-uk`. */
export const idOf = (name: string) =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);

interface NewProps {
  title: string;
  confirm: string;
  kinds?: readonly Option[];
  taken: readonly string[];
  onClose: () => void;
  onCreate: (given: { id: string; name: string; kind: string }) => Promise<unknown>;
}

/** Name a new thing, and say of which kind it is; its id follows the name until a person writes another. */
export function NewDialog({ title, confirm, kinds, taken, onClose, onCreate }: NewProps) {
  const [given, setGiven] = useKept("new", () => ({
    name: "",
    typed: null as string | null,
    kind: kinds?.[0]?.value ?? "",
  }));
  const set = (part: Partial<typeof given>) => setGiven((before) => ({ ...before, ...part }));
  const { name, typed, kind } = given;
  const [tried, setTried] = useState(false);
  const id = typed ?? idOf(name);
  const nameless = name.trim() ? undefined : text.nameMissing;
  const wrong = taken.includes(id) ? text.idTaken : ID.test(id) ? undefined : text.idWrong;
  const create = async () => {
    setTried(true);
    const problem = nameless ?? wrong;
    if (problem) throw new Refused(422, { detail: problem });
    await onCreate({ id, name: name.trim(), kind });
  };
  return (
    <Confirm title={title} confirm={confirm} footnote={text.later} onClose={onClose} onConfirm={create}>
      <Input
        first
        label={text.name}
        problem={tried ? nameless : undefined}
        maxLength={255}
        value={name}
        onChange={(value) => set({ name: value })}
      />
      <Input
        code
        label={text.id}
        hint={text.idHint}
        problem={tried || taken.includes(id) ? wrong : undefined}
        maxLength={40}
        value={id}
        onChange={(value) => set({ typed: value })}
      />
      {kinds && (
        <Select label={text.kind} value={kind} options={kinds} onChange={(value) => set({ kind: value })} />
      )}
    </Confirm>
  );
}

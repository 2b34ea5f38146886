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

/** What a thing of some kind cannot be without, beside a name. */
export interface Question {
  name: string;
  label: string;
  hint?: string;
  example?: string;
  initial?: string;
  /** What to say where it is not answered. */
  missing: string;
  options?: readonly Option[];
}

export interface NewThing {
  id: string;
  name: string;
  kind: string;
  answers: Record<string, string>;
}

interface NewProps {
  title: string;
  confirm: string;
  kinds?: readonly Option[];
  questions?: (kind: string) => readonly Question[];
  taken: readonly string[];
  onClose: () => void;
  onCreate: (given: NewThing) => Promise<unknown>;
}

/** Name a new thing, and say of which kind it is; its id follows the name until a person writes another. */
export function NewDialog({ title, confirm, kinds, questions, taken, onClose, onCreate }: NewProps) {
  const [given, setGiven] = useKept("new", () => ({
    name: "",
    typed: null as string | null,
    kind: kinds?.[0]?.value ?? "",
    answers: {} as Record<string, string>,
  }));
  const set = (part: Partial<typeof given>) => setGiven((before) => ({ ...before, ...part }));
  const { name, typed, kind } = given;
  const [tried, setTried] = useState(false);
  const id = typed ?? idOf(name);
  const nameless = name.trim() ? undefined : text.nameMissing;
  const wrong = taken.includes(id) ? text.idTaken : ID.test(id) ? undefined : text.idWrong;
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const asked = questions?.(kind) ?? [];
  const keyOf = (question: Question) => `${kind} ${question.name}`;
  const answer = (question: Question) => given.answers?.[keyOf(question)] ?? question.initial ?? "";
  const unanswered = asked.find((each) => !answer(each).trim())?.missing;
  const create = async () => {
    setTried(true);
    setRefusal(null);
    const problem = nameless ?? wrong ?? unanswered;
    if (problem) throw new Refused(422, { detail: problem });
    const answers = Object.fromEntries(asked.map((each) => [each.name, answer(each).trim()]));
    try {
      await onCreate({ id, name: name.trim(), kind, answers });
    } catch (error) {
      setRefusal(error instanceof Refused ? error : null);
      throw error;
    }
  };
  const questionField = (question: Question) => {
    const { name, label, hint, example, missing, options } = question;
    const value = answer(question);
    const shared = {
      label,
      hint,
      value,
      problem:
        tried && !value.trim() ? missing : refusal?.errors.find((each) => each.field === name)?.message,
      onChange: (value: string) => set({ answers: { ...given.answers, [keyOf(question)]: value } }),
    };
    return options ? (
      <Select key={keyOf(question)} {...shared} options={options} />
    ) : (
      <Input key={keyOf(question)} {...shared} maxLength={500} placeholder={example} />
    );
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
      {asked.map(questionField)}
    </Confirm>
  );
}

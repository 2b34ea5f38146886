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

interface Given {
  name: string;
  /** The id, once a person has written one. */
  typed: string | null;
  kind: string;
  /** What was answered, by kind and question: what one kind has in common with another is asked anew. */
  answers: Record<string, string>;
}

const keyOf = (kind: string, question: Question) => `${kind} ${question.name}`;
const answerTo = ({ kind, answers }: Given, question: Question) =>
  answers?.[keyOf(kind, question)] ?? question.initial ?? "";

/** What lacks or does not fit of a new thing, by its field. */
function problemsOf(given: Given, id: string, asked: readonly Question[], taken: readonly string[]) {
  return {
    name: given.name.trim() ? undefined : text.nameMissing,
    id: taken.includes(id) ? text.idTaken : ID.test(id) ? undefined : text.idWrong,
    answer: asked.find((each) => !answerTo(given, each).trim())?.missing,
  };
}

/** Name a new thing, and say of which kind it is; its id follows the name until a person writes another. */
export function NewDialog({ title, confirm, kinds, questions, taken, onClose, onCreate }: NewProps) {
  const [given, setGiven] = useKept<Given>("new", () => ({
    name: "",
    typed: null,
    kind: kinds?.[0]?.value ?? "",
    answers: {},
  }));
  const set = (part: Partial<Given>) => setGiven((before) => ({ ...before, ...part }));
  const [tried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const { name, kind } = given;
  const id = given.typed ?? idOf(name);
  const asked = questions?.(kind) ?? [];
  const problems = problemsOf(given, id, asked, taken);
  const create = async () => {
    setTried(true);
    setRefusal(null);
    const problem = problems.name ?? problems.id ?? problems.answer;
    if (problem) throw new Refused(422, { detail: problem });
    const answers = Object.fromEntries(asked.map((each) => [each.name, answerTo(given, each).trim()]));
    try {
      await onCreate({ id, name: name.trim(), kind, answers });
    } catch (error) {
      setRefusal(error instanceof Refused ? error : null);
      throw error;
    }
  };
  return (
    <Confirm title={title} confirm={confirm} footnote={text.later} onClose={onClose} onConfirm={create}>
      <Input
        first
        label={text.name}
        problem={tried ? problems.name : undefined}
        maxLength={255}
        value={name}
        onChange={(value) => set({ name: value })}
      />
      <Input
        code
        label={text.id}
        hint={text.idHint}
        problem={tried || taken.includes(id) ? problems.id : undefined}
        maxLength={40}
        value={id}
        onChange={(value) => set({ typed: value })}
      />
      {kinds && (
        <Select label={text.kind} value={kind} options={kinds} onChange={(value) => set({ kind: value })} />
      )}
      {asked.map((question) => (
        <QuestionField
          key={keyOf(kind, question)}
          question={question}
          value={answerTo(given, question)}
          tried={tried}
          refused={refusal?.errors.find((each) => each.field === question.name)?.message}
          onChange={(value) => set({ answers: { ...given.answers, [keyOf(kind, question)]: value } })}
        />
      ))}
    </Confirm>
  );
}

interface QuestionProps {
  question: Question;
  value: string;
  tried: boolean;
  /** What the API says about the answer. */
  refused: string | undefined;
  onChange: (value: string) => void;
}

function QuestionField({ question, value, tried, refused, onChange }: QuestionProps) {
  const { label, hint, example, missing, options } = question;
  const problem = tried && !value.trim() ? missing : refused;
  const field = { label, hint, value, problem, onChange };
  return options ? (
    <Select {...field} options={options} />
  ) : (
    <Input {...field} maxLength={500} placeholder={example} />
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { refreshOrders } from "../../api/queries";
import { useCan } from "../../auth/context";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { begun } from "../../ui/format";
import { Select } from "../../ui/inputs";
import { choices, QueryFailure } from "../../ui/list";

const text = t.supplierAnswers;

interface AnswerProps {
  supplier: string;
  onClose: () => void;
}

/** What a supplier says about its files, entered on the row of the exception that waits for it. */
export function SupplierAnswer({ exception }: { exception: Schemas["OpenException"] }) {
  const can = useCan();
  const [isOpen, setOpen] = useState(false);
  const { supplier } = exception.subject;
  const isBatch = exception.cause === "supplier_batch_unknown";
  const isFeed = exception.cause === "supplier_feed_held";
  const may =
    (isBatch && can("POST /suppliers/{supplier_id}/batches/{number}/confirm")) ||
    (isFeed && can("POST /suppliers/{supplier_id}/files/{file_id}/accept"));
  if (!supplier || !may) return null;
  const close = () => setOpen(false);
  return (
    <>
      <Button small onClick={() => setOpen(true)}>
        {text.button}
      </Button>
      {isOpen && isBatch && <BatchAnswer supplier={supplier} subject={exception.subject} onClose={close} />}
      {isOpen && isFeed && <FeedAnswer supplier={supplier} onClose={close} />}
    </>
  );
}

/** Say that it is entered, and read again what it ends, and what is left to answer. */
function useEntered(unanswered: readonly string[]) {
  const client = useQueryClient();
  return async (call: Promise<unknown>) => {
    try {
      await call;
    } finally {
      client.invalidateQueries({ queryKey: unanswered });
    }
    say(text.done);
    refreshOrders(client);
  };
}

interface BatchProps extends AnswerProps {
  subject: Schemas["OpenException"]["subject"];
}

/** About the batch of the exception; of one from before exceptions named theirs it is chosen. */
function BatchAnswer({ supplier, subject, onClose }: BatchProps) {
  const key = ["supplier batches", supplier];
  const entered = useEntered(key);
  const path = { supplier_id: supplier };
  const list = useQuery({
    queryKey: key,
    queryFn: () =>
      answerOf(api.GET("/suppliers/{supplier_id}/batches", { params: { path, query: { limit: 100 } } })),
    enabled: subject.batch == null,
    refetchOnWindowFocus: false, // the answer is about what was read
  });
  const unknown = list.data?.items.filter((each) => each.state === "unknown") ?? [];
  const [chosen, setChosen] = useState("");
  const [answer, setAnswer] = useState<keyof typeof text.batchAnswers>("confirm");
  const number = subject.batch ?? unknown.find((each) => String(each.number) === chosen)?.number;
  const act = async () => {
    if (number === undefined)
      throw new Refused(409, { detail: unknown.length > 0 ? text.batchMissing : text.none });
    const params = { path: { ...path, number } };
    await entered(
      answerOf<unknown>(
        answer === "confirm"
          ? api.POST("/suppliers/{supplier_id}/batches/{number}/confirm", { params })
          : api.POST("/suppliers/{supplier_id}/batches/{number}/resend", { params }),
      ),
    );
  };
  return (
    <Confirm
      title={subject.batch == null ? text.batchTitle : text.titleOf(subject.batch)}
      confirm={text.confirm}
      disabled={subject.batch == null && !list.data}
      onClose={onClose}
      onConfirm={act}
    >
      {subject.batch == null && (
        <>
          <QueryFailure query={list} />
          <Select
            label={text.batch}
            value={chosen}
            options={[
              { value: "", label: text.choose },
              ...unknown.map((each) => ({
                value: String(each.number),
                label: text.batchOption(each.number, each.files.map((file) => file.name).join(", ")),
              })),
            ]}
            onChange={setChosen}
          />
        </>
      )}
      <Select
        first
        label={text.answer}
        value={answer}
        options={choices(text.batchAnswers)}
        onChange={setAnswer}
      />
    </Confirm>
  );
}

/** About the newest stock feed that is held, and so about those that wait with it. */
function FeedAnswer({ supplier, onClose }: AnswerProps) {
  const key = ["supplier files", supplier];
  const entered = useEntered(key);
  const path = { supplier_id: supplier };
  const list = useQuery({
    queryKey: key,
    queryFn: () =>
      answerOf(api.GET("/suppliers/{supplier_id}/files", { params: { path, query: { state: "held" } } })),
    refetchOnWindowFocus: false, // the answer is about what was read
  });
  const held = list.data?.items ?? [];
  const [answer, setAnswer] = useState<keyof typeof text.feedAnswers>("accept");
  const act = async () => {
    const [newest] = held;
    if (!newest) throw new Refused(409, { detail: text.none });
    const params = { path: { ...path, file_id: newest.id } };
    await entered(
      answerOf<unknown>(
        answer === "accept"
          ? api.POST("/suppliers/{supplier_id}/files/{file_id}/accept", { params })
          : api.POST("/suppliers/{supplier_id}/files/{file_id}/discard", { params }),
      ),
    );
  };
  return (
    <Confirm
      title={text.feedTitle(held.length)}
      confirm={text.confirm}
      disabled={!list.data}
      onClose={onClose}
      onConfirm={act}
    >
      <QueryFailure query={list} />
      {held.map((each) => (
        <p key={each.id}>
          <span className="code">{each.name}</span>: {begun(each.problem ?? "")}
        </p>
      ))}
      <Select
        first
        label={text.answer}
        value={answer}
        options={choices(text.feedAnswers)}
        onChange={setAnswer}
      />
    </Confirm>
  );
}

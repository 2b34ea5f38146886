import { useMutation } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button, Failure } from "../../ui/bits";
import { Icon } from "../../ui/Icon";

const text = t.setup.suppliers;

/** Sends a test file and fetches it back; the first step that fails is the last. */
export function ConnectionTest({
  supplier,
  isChanged,
}: {
  supplier: Schemas["Supplier"];
  isChanged: boolean;
}) {
  const can = useCan();
  const params = { path: { supplier_id: supplier.id } };
  const test = useMutation({
    mutationFn: () => answerOf(api.POST("/suppliers/{supplier_id}/test", { params })),
  });
  if (!supplier.transport || !can("POST /suppliers/{supplier_id}/test")) return null;
  return (
    <section className="card" aria-label={text.testTitle}>
      <header>
        <h2>{text.testTitle}</h2>
        <Button
          small
          className="right"
          busy={test.isPending}
          disabled={isChanged}
          onClick={() => test.mutate()}
        >
          {text.test}
        </Button>
      </header>
      {test.error && <Failure error={test.error} onRetry={() => test.mutate()} />}
      {test.data && (
        <>
          <ol className="steps">
            {test.data.steps.map((each) => (
              <li key={each.name}>
                <span className={each.ok ? "ok" : "danger"}>
                  <Icon name={each.ok ? "circle-check" : "circle-x"} />
                </span>
                <span>
                  {each.name}
                  <span className={`block small ${each.ok ? "dim" : "danger"}`}>{each.seen}</span>
                </span>
              </li>
            ))}
          </ol>
          {test.data.ok && (
            <p className="pad14 ok" role="status">
              {text.testFine}
            </p>
          )}
        </>
      )}
    </section>
  );
}

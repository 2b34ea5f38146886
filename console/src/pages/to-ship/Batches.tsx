import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, sentenceOf } from "../../api/client";
import { useCan } from "../../auth/context";
import { watchJob } from "../../shell/jobs";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { dateAndTime, person } from "../../ui/format";

const MOST = 12;

/** The label batches before, each with its file to print and what of it was not bought. */
export function Batches() {
  const can = useCan();
  const [opened, setOpened] = useState(false);
  const list = useQuery({
    queryKey: ["label-batches"],
    queryFn: () => answerOf(api.GET("/label-batches", { params: { query: { limit: MOST } } })),
    enabled: opened,
    staleTime: 0,
  });
  if (!can("GET /label-batches")) return null;
  const batches = list.data?.items ?? [];
  return (
    <Menu position="bottom-end" width={280} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Button small look="quiet" icon="printer">
          <span className="sr-s">{t.job.before}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {batches.map((each) => (
          <Menu.Item key={each.id} onClick={() => watchJob(each.id)}>
            {t.job.batch(dateAndTime(each.created_at), each.size, person(each.who))}
          </Menu.Item>
        ))}
        {batches.length === 0 && (
          <Menu.Label>
            {list.isError ? sentenceOf(list.error) : list.isSuccess ? t.job.none : t.common.loading}
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

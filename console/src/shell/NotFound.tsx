import { useNavigate } from "@tanstack/react-router";
import { t } from "../texts";
import { Button, Empty } from "../ui/bits";
import { Page } from "./Page";

export function NotFound() {
  const navigate = useNavigate();
  return (
    <Page title={t.common.notFound}>
      <Empty title={t.common.notFound} text={t.common.notFoundWhy}>
        <Button look="primary" onClick={() => navigate({ to: "/" })}>
          {t.common.toStart}
        </Button>
      </Empty>
    </Page>
  );
}

import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import type { Form } from "../../ui/useForm";
import { Layout } from "./Layout";
import { type Layout as FileLayout, ORDER_SOURCES } from "./layout";
import { Preview } from "./Preview";
import type { Edited } from "./SupplierPage";

interface TabProps {
  form: Form<Edited>;
  supplier: Schemas["Supplier"];
  path: "orders" | "cancellations";
  usual: FileLayout;
  /** What is said while there is no layout, and about the preview. */
  text: { none: string; noneWhy: string; previewAbout: string };
  /** Without it the layout can only be changed. */
  onRemove?: () => void;
}

/** The layout of a file about orders, beside the file that it makes of a past one. */
export function LayoutTab({ form, supplier, path, usual, text, onRemove }: TabProps) {
  const layout = form.value[path] ?? null;
  return (
    <div className="layout-cols">
      <div className="col">
        <Layout
          form={form}
          path={path}
          sources={ORDER_SOURCES}
          usual={usual}
          none={[text.none, text.noneWhy]}
        />
        {layout && onRemove && !form.readOnly && (
          <span>
            <Button small look="bad" onClick={onRemove}>
              {t.answers.remove}
            </Button>
          </span>
        )}
      </div>
      <div className="col">
        <Preview supplier={supplier} layout={layout} about={text.previewAbout} />
      </div>
    </div>
  );
}

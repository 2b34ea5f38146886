import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { SwitchField } from "../src/ui/fields";
import { ManyField, PairsField } from "../src/ui/listFields";
import type { Form } from "../src/ui/useForm";
import { show } from "./opened";

const form = {
  at: () => undefined,
  problem: (path: string) => `${path} is wrong`,
  name: () => {},
  choices: () => {},
} as unknown as Form;

it("reads out what is wrong with fields that are no single input, too", () => {
  show(
    <>
      <SwitchField form={form} path="active" label="Active" />
      <ManyField form={form} path="warehouses" label="Warehouses" options={[]} />
      <PairsField form={form} path="bins" label="Bins" from="Sku" to="Bin" />
    </>,
  );

  const said = screen.getAllByRole("alert").map((each) => each.textContent);
  expect(said).toEqual(["active is wrong", "warehouses is wrong", "bins is wrong"]);
  expect(screen.getByLabelText(/Active/).getAttribute("aria-invalid")).toBe("true");
});

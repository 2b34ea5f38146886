import { Link } from "@tanstack/react-router";
import { Goods } from "../../ui/bits";

/** A product as people call it, whose sku leads to its stock. */
export const GoodsLink = ({ name, sku }: { name?: string; sku: string }) => (
  <Goods name={name} sku={sku}>
    <Link className="in-text" to="/stock/$sku" params={{ sku }}>
      {sku}
    </Link>
  </Goods>
);

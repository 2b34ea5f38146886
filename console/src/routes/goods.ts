import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import {
  countSearch,
  documentSearch,
  productsSearch,
  purchaseSearch,
  skuSearch,
  stockSearch,
  suggestionSearch,
  transferSearch,
  workDraftSearch,
  workSearch,
} from "../search/goods";
import { only } from "../search/parameters";
import { root } from "./root";

const stock = createRoute({
  getParentRoute: () => root,
  path: "/stock",
  validateSearch: only(stockSearch),
  component: lazyRouteComponent(() => import("../pages/stock/Stock"), "Stock"),
});
const sku = createRoute({
  getParentRoute: () => root,
  path: "/stock/$sku",
  validateSearch: only(skuSearch),
  component: lazyRouteComponent(() => import("../pages/stock/Sku"), "SkuPage"),
});
const countSheet = createRoute({
  getParentRoute: () => root,
  path: "/print/count",
  validateSearch: only(countSearch),
  component: lazyRouteComponent(() => import("../pages/stock/CountSheet"), "CountSheet"),
});
const purchases = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders",
  validateSearch: only(purchaseSearch),
  component: lazyRouteComponent(() => import("../pages/purchases/Purchases"), "Purchases"),
});
const newPurchase = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders/new",
  component: lazyRouteComponent(() => import("../pages/purchases/Draft"), "NewPurchase"),
});
const suggestions = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders/suggestions",
  validateSearch: only(suggestionSearch),
  component: lazyRouteComponent(() => import("../pages/purchases/Suggestions"), "Suggestions"),
});
const purchase = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders/$id",
  validateSearch: only(documentSearch),
  component: lazyRouteComponent(() => import("../pages/purchases/Purchase"), "PurchasePage"),
});
const transfers = createRoute({
  getParentRoute: () => root,
  path: "/transfers",
  validateSearch: only(transferSearch),
  component: lazyRouteComponent(() => import("../pages/transfers/Transfers"), "Transfers"),
});
const newTransfer = createRoute({
  getParentRoute: () => root,
  path: "/transfers/new",
  component: lazyRouteComponent(() => import("../pages/transfers/Draft"), "NewTransfer"),
});
const transfer = createRoute({
  getParentRoute: () => root,
  path: "/transfers/$id",
  validateSearch: only(documentSearch),
  component: lazyRouteComponent(() => import("../pages/transfers/Transfer"), "TransferPage"),
});
const works = createRoute({
  getParentRoute: () => root,
  path: "/work-orders",
  validateSearch: only(workSearch),
  component: lazyRouteComponent(() => import("../pages/works/Works"), "Works"),
});
const newWork = createRoute({
  getParentRoute: () => root,
  path: "/work-orders/new",
  validateSearch: only(workDraftSearch),
  component: lazyRouteComponent(() => import("../pages/works/Draft"), "NewWork"),
});
const work = createRoute({
  getParentRoute: () => root,
  path: "/work-orders/$id",
  validateSearch: only(documentSearch),
  component: lazyRouteComponent(() => import("../pages/works/Work"), "WorkPage"),
});
const products = createRoute({
  getParentRoute: () => root,
  path: "/products",
  validateSearch: only(productsSearch),
  component: lazyRouteComponent(() => import("../pages/products/Products"), "Products"),
});
const product = createRoute({
  getParentRoute: () => root,
  path: "/products/$sku",
  component: lazyRouteComponent(() => import("../pages/products/ProductPage"), "ProductPage"),
});

/** Goods: what is there, what comes, what is made of what. */
export const goodsRoutes = [
  stock,
  sku,
  countSheet,
  purchases,
  newPurchase,
  suggestions,
  purchase,
  transfers,
  newTransfer,
  transfer,
  works,
  newWork,
  work,
  products,
  product,
] as const;

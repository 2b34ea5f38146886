import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import {
  benchSearch,
  channelSearch,
  documentSearch,
  exceptionSearch,
  listSearch,
  orderListSearch,
  orderSearch,
  productsSearch,
  purchaseSearch,
  routingSearch,
  skuSearch,
  stockSearch,
  suggestionSearch,
  supplierSearch,
  transferSearch,
  uploadSearch,
  workDraftSearch,
  workSearch,
} from "./search";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const toShip = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./pages/to-ship/ToShip"), "ToShip"),
});
const orders = createRoute({
  getParentRoute: () => root,
  path: "/orders",
  validateSearch: orderListSearch,
  component: lazyRouteComponent(() => import("./pages/orders/Orders"), "Orders"),
});
const newOrder = createRoute({
  getParentRoute: () => root,
  path: "/orders/new",
  component: lazyRouteComponent(() => import("./pages/orders/NewOrder"), "NewOrder"),
});
const order = createRoute({
  getParentRoute: () => root,
  path: "/orders/$id",
  validateSearch: orderSearch,
  component: lazyRouteComponent(() => import("./pages/order/Order"), "OrderPage"),
});
const exceptions = createRoute({
  getParentRoute: () => root,
  path: "/exceptions",
  validateSearch: exceptionSearch,
  component: lazyRouteComponent(() => import("./pages/exceptions/Exceptions"), "Exceptions"),
});
const stock = createRoute({
  getParentRoute: () => root,
  path: "/stock",
  validateSearch: stockSearch,
  component: lazyRouteComponent(() => import("./pages/stock/Stock"), "Stock"),
});
const sku = createRoute({
  getParentRoute: () => root,
  path: "/stock/$sku",
  validateSearch: skuSearch,
  component: lazyRouteComponent(() => import("./pages/stock/Sku"), "SkuPage"),
});
const health = createRoute({
  getParentRoute: () => root,
  path: "/health",
  component: lazyRouteComponent(() => import("./pages/health/Health"), "Health"),
});
const purchases = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders",
  validateSearch: purchaseSearch,
  component: lazyRouteComponent(() => import("./pages/purchases/Purchases"), "Purchases"),
});
const newPurchase = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders/new",
  component: lazyRouteComponent(() => import("./pages/purchases/Draft"), "NewPurchase"),
});
const suggestions = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders/suggestions",
  validateSearch: suggestionSearch,
  component: lazyRouteComponent(() => import("./pages/purchases/Suggestions"), "Suggestions"),
});
const purchase = createRoute({
  getParentRoute: () => root,
  path: "/purchase-orders/$id",
  validateSearch: documentSearch,
  component: lazyRouteComponent(() => import("./pages/purchases/Purchase"), "PurchasePage"),
});
const transfers = createRoute({
  getParentRoute: () => root,
  path: "/transfers",
  validateSearch: transferSearch,
  component: lazyRouteComponent(() => import("./pages/transfers/Transfers"), "Transfers"),
});
const newTransfer = createRoute({
  getParentRoute: () => root,
  path: "/transfers/new",
  component: lazyRouteComponent(() => import("./pages/transfers/Draft"), "NewTransfer"),
});
const transfer = createRoute({
  getParentRoute: () => root,
  path: "/transfers/$id",
  validateSearch: documentSearch,
  component: lazyRouteComponent(() => import("./pages/transfers/Transfer"), "TransferPage"),
});
const works = createRoute({
  getParentRoute: () => root,
  path: "/work-orders",
  validateSearch: workSearch,
  component: lazyRouteComponent(() => import("./pages/works/Works"), "Works"),
});
const newWork = createRoute({
  getParentRoute: () => root,
  path: "/work-orders/new",
  validateSearch: workDraftSearch,
  component: lazyRouteComponent(() => import("./pages/works/Draft"), "NewWork"),
});
const work = createRoute({
  getParentRoute: () => root,
  path: "/work-orders/$id",
  validateSearch: documentSearch,
  component: lazyRouteComponent(() => import("./pages/works/Work"), "WorkPage"),
});
const uploads = createRoute({
  getParentRoute: () => root,
  path: "/uploads",
  component: lazyRouteComponent(() => import("./pages/uploads/Uploads"), "Uploads"),
});
const upload = createRoute({
  getParentRoute: () => root,
  path: "/uploads/$id",
  validateSearch: uploadSearch,
  component: lazyRouteComponent(() => import("./pages/uploads/Upload"), "UploadPage"),
});
const routing = createRoute({
  getParentRoute: () => root,
  path: "/routing",
  validateSearch: routingSearch,
  component: lazyRouteComponent(() => import("./pages/routing/Routing"), "Routing"),
});
const channels = createRoute({
  getParentRoute: () => root,
  path: "/channels",
  component: lazyRouteComponent(() => import("./pages/channels/Channels"), "Channels"),
});
const channel = createRoute({
  getParentRoute: () => root,
  path: "/channels/$id",
  validateSearch: channelSearch,
  component: lazyRouteComponent(() => import("./pages/channels/ChannelPage"), "ChannelPage"),
});
const suppliers = createRoute({
  getParentRoute: () => root,
  path: "/suppliers",
  component: lazyRouteComponent(() => import("./pages/suppliers/Suppliers"), "Suppliers"),
});
const supplier = createRoute({
  getParentRoute: () => root,
  path: "/suppliers/$id",
  validateSearch: supplierSearch,
  component: lazyRouteComponent(() => import("./pages/suppliers/SupplierPage"), "SupplierPage"),
});
const products = createRoute({
  getParentRoute: () => root,
  path: "/products",
  validateSearch: productsSearch,
  component: lazyRouteComponent(() => import("./pages/products/Products"), "Products"),
});
const product = createRoute({
  getParentRoute: () => root,
  path: "/products/$sku",
  component: lazyRouteComponent(() => import("./pages/products/ProductPage"), "ProductPage"),
});
const warehouses = createRoute({
  getParentRoute: () => root,
  path: "/warehouses",
  component: lazyRouteComponent(() => import("./pages/warehouses/Warehouses"), "Warehouses"),
});
const warehouse = createRoute({
  getParentRoute: () => root,
  path: "/warehouses/$id",
  component: lazyRouteComponent(() => import("./pages/warehouses/WarehousePage"), "WarehousePage"),
});
const carriers = createRoute({
  getParentRoute: () => root,
  path: "/carriers",
  component: lazyRouteComponent(() => import("./pages/carriers/Carriers"), "Carriers"),
});
const carrier = createRoute({
  getParentRoute: () => root,
  path: "/carriers/$id",
  component: lazyRouteComponent(() => import("./pages/carriers/CarrierPage"), "CarrierPage"),
});
const boxes = createRoute({
  getParentRoute: () => root,
  path: "/boxes",
  component: lazyRouteComponent(() => import("./pages/boxes/Boxes"), "Boxes"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people/People"), "People"),
});
const benches = createRoute({
  getParentRoute: () => root,
  path: "/bench",
  component: lazyRouteComponent(() => import("./pages/bench/Choose"), "Choose"),
});
const bench = createRoute({
  getParentRoute: () => root,
  path: "/bench/$station",
  validateSearch: benchSearch,
  component: lazyRouteComponent(() => import("./pages/bench/Bench"), "Bench"),
});
const commands = createRoute({
  getParentRoute: () => root,
  path: "/print/commands",
  component: lazyRouteComponent(() => import("./pages/bench/CommandSheet"), "CommandSheet"),
});
const signedIn = createRoute({
  getParentRoute: () => root,
  path: "/signed-in",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    toShip,
    orders,
    newOrder,
    order,
    exceptions,
    stock,
    sku,
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
    health,
    uploads,
    upload,
    routing,
    channels,
    channel,
    suppliers,
    supplier,
    products,
    product,
    warehouses,
    warehouse,
    carriers,
    carrier,
    boxes,
    people,
    benches,
    bench,
    commands,
    signedIn,
  ]),
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

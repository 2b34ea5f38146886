import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only } from "../search/parameters";
import { channelSearch, routingSearch, supplierSearch, uploadSearch } from "../search/setup";
import { root } from "./root";

const health = createRoute({
  getParentRoute: () => root,
  path: "/health",
  component: lazyRouteComponent(() => import("../pages/health/Health"), "Health"),
});
const uploads = createRoute({
  getParentRoute: () => root,
  path: "/uploads",
  component: lazyRouteComponent(() => import("../pages/uploads/Uploads"), "Uploads"),
});
const upload = createRoute({
  getParentRoute: () => root,
  path: "/uploads/$id",
  validateSearch: only(uploadSearch),
  component: lazyRouteComponent(() => import("../pages/uploads/Upload"), "UploadPage"),
});
const routing = createRoute({
  getParentRoute: () => root,
  path: "/routing",
  validateSearch: only(routingSearch),
  component: lazyRouteComponent(() => import("../pages/routing/Routing"), "Routing"),
});
const channels = createRoute({
  getParentRoute: () => root,
  path: "/channels",
  component: lazyRouteComponent(() => import("../pages/channels/Channels"), "Channels"),
});
const channel = createRoute({
  getParentRoute: () => root,
  path: "/channels/$id",
  validateSearch: only(channelSearch),
  component: lazyRouteComponent(() => import("../pages/channels/ChannelPage"), "ChannelPage"),
});
const suppliers = createRoute({
  getParentRoute: () => root,
  path: "/suppliers",
  component: lazyRouteComponent(() => import("../pages/suppliers/Suppliers"), "Suppliers"),
});
const supplier = createRoute({
  getParentRoute: () => root,
  path: "/suppliers/$id",
  validateSearch: only(supplierSearch),
  component: lazyRouteComponent(() => import("../pages/suppliers/SupplierPage"), "SupplierPage"),
});
const warehouses = createRoute({
  getParentRoute: () => root,
  path: "/warehouses",
  component: lazyRouteComponent(() => import("../pages/warehouses/Warehouses"), "Warehouses"),
});
const warehouse = createRoute({
  getParentRoute: () => root,
  path: "/warehouses/$id",
  component: lazyRouteComponent(() => import("../pages/warehouses/WarehousePage"), "WarehousePage"),
});
const carriers = createRoute({
  getParentRoute: () => root,
  path: "/carriers",
  component: lazyRouteComponent(() => import("../pages/carriers/Carriers"), "Carriers"),
});
const carrier = createRoute({
  getParentRoute: () => root,
  path: "/carriers/$id",
  component: lazyRouteComponent(() => import("../pages/carriers/CarrierPage"), "CarrierPage"),
});
const boxes = createRoute({
  getParentRoute: () => root,
  path: "/boxes",
  component: lazyRouteComponent(() => import("../pages/boxes/Boxes"), "Boxes"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("../pages/people/People"), "People"),
});

/** How the house is set up, and how it does. */
export const setupRoutes = [
  health,
  uploads,
  upload,
  routing,
  channels,
  channel,
  suppliers,
  supplier,
  warehouses,
  warehouse,
  carriers,
  carrier,
  boxes,
  people,
] as const;

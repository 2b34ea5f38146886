import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { benchSearch, exceptionSearch, listSearch, orderListSearch, orderSearch } from "../search/orders";
import { only } from "../search/parameters";
import { root } from "./root";

const toShip = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: only(listSearch),
  component: lazyRouteComponent(() => import("../pages/to-ship/ToShip"), "ToShip"),
});
const orders = createRoute({
  getParentRoute: () => root,
  path: "/orders",
  validateSearch: only(orderListSearch),
  component: lazyRouteComponent(() => import("../pages/orders/Orders"), "Orders"),
});
const newOrder = createRoute({
  getParentRoute: () => root,
  path: "/orders/new",
  component: lazyRouteComponent(() => import("../pages/orders/NewOrder"), "NewOrder"),
});
const order = createRoute({
  getParentRoute: () => root,
  path: "/orders/$id",
  validateSearch: only(orderSearch),
  component: lazyRouteComponent(() => import("../pages/order/Order"), "OrderPage"),
});
const exceptions = createRoute({
  getParentRoute: () => root,
  path: "/exceptions",
  validateSearch: only(exceptionSearch),
  component: lazyRouteComponent(() => import("../pages/exceptions/Exceptions"), "Exceptions"),
});
const benches = createRoute({
  getParentRoute: () => root,
  path: "/bench",
  component: lazyRouteComponent(() => import("../pages/bench/Choose"), "Choose"),
});
const bench = createRoute({
  getParentRoute: () => root,
  path: "/bench/$station",
  validateSearch: only(benchSearch),
  component: lazyRouteComponent(() => import("../pages/bench/Bench"), "Bench"),
});
const commands = createRoute({
  getParentRoute: () => root,
  path: "/print/commands",
  component: lazyRouteComponent(() => import("../pages/bench/CommandSheet"), "CommandSheet"),
});

/** Orders and their way out of the house. */
export const ordersRoutes = [toShip, orders, newOrder, order, exceptions, benches, bench, commands] as const;

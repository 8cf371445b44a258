import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from "@tanstack/react-router";
import { IndicesPage } from "./pages/IndicesPage.tsx";
import { Layout } from "./shell/Layout.tsx";
import { Empty } from "./ui/surfaces.tsx";

const root = createRootRoute({
  component: Layout,
  notFoundComponent: () => (
    <Empty title="There is no such page">
      <Link to="/" className="underline">
        All indices
      </Link>
    </Empty>
  ),
});

const create = createRoute({
  getParentRoute: () => root,
  path: "/create",
  component: lazyRouteComponent(() => import("./pages/CreatePage.tsx"), "CreatePage"),
});
const index = createRoute({
  getParentRoute: () => root,
  path: "/index/$address",
  component: lazyRouteComponent(() => import("./pages/index/IndexPage.tsx"), "IndexPage"),
});
const indices = createRoute({ getParentRoute: () => root, path: "/", component: IndicesPage });

const pages = [create, index, indices];
export const router = createRouter({ routeTree: root.addChildren(pages), defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

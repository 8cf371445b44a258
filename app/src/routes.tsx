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
const indices = createRoute({ getParentRoute: () => root, path: "/", component: IndicesPage });

export const router = createRouter({ routeTree: root.addChildren([create, indices]), defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

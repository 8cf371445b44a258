import { createRootRoute, createRoute, createRouter, Link } from "@tanstack/react-router";
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

const indices = createRoute({ getParentRoute: () => root, path: "/", component: IndicesPage });

export const router = createRouter({ routeTree: root.addChildren([indices]), defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

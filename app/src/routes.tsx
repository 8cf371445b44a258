import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { IndicesPage } from "./pages/IndicesPage.tsx";
import { Layout } from "./shell/Layout.tsx";
import { Empty } from "./ui/surfaces.tsx";

const root = createRootRoute({
  component: Layout,
  notFoundComponent: () => (
    <Empty isPage title="There is no such page">
      <Link to="/" className="underline">
        All indices
      </Link>
    </Empty>
  ),
});

const airdrop = createRoute({
  getParentRoute: () => root,
  path: "/airdrop",
  component: lazyRouteComponent(() => import("./pages/airdrop/AirdropPage.tsx"), "AirdropPage"),
});
const create = createRoute({
  getParentRoute: () => root,
  path: "/create",
  component: lazyRouteComponent(() => import("./pages/CreatePage.tsx"), "CreatePage"),
});
const govern = createRoute({
  getParentRoute: () => root,
  path: "/govern",
  component: lazyRouteComponent(() => import("./pages/GovernPage.tsx"), "GovernPage"),
});
const governNew = createRoute({
  getParentRoute: () => root,
  path: "/govern/new",
  component: lazyRouteComponent(() => import("./pages/NewProposalPage.tsx"), "NewProposalPage"),
});
const governProposal = createRoute({
  getParentRoute: () => root,
  path: "/govern/$id",
  validateSearch: ({ path }: Record<string, unknown>): { path?: "optimistic" } =>
    path === "optimistic" ? { path } : {},
  component: lazyRouteComponent(() => import("./pages/ProposalPage.tsx"), "ProposalPage"),
});
const index = createRoute({
  getParentRoute: () => root,
  path: "/index/$address",
  component: lazyRouteComponent(() => import("./pages/index/IndexPage.tsx"), "IndexPage"),
});
const indices = createRoute({ getParentRoute: () => root, path: "/", component: IndicesPage });
const keeper = createRoute({
  getParentRoute: () => root,
  path: "/keeper",
  component: lazyRouteComponent(() => import("./pages/KeeperPage.tsx"), "KeeperPage"),
});
const learn = createRoute({
  getParentRoute: () => root,
  path: "/learn",
  component: lazyRouteComponent(() => import("./pages/LearnPage.tsx"), "LearnPage"),
});
const learnTopic = createRoute({
  getParentRoute: () => root,
  path: "/learn/$topic",
  component: lazyRouteComponent(() => import("./pages/TopicPage.tsx"), "TopicPage"),
});
const market = createRoute({
  getParentRoute: () => root,
  path: "/market",
  component: lazyRouteComponent(() => import("./pages/MarketPage.tsx"), "MarketPage"),
});
const plans = createRoute({
  getParentRoute: () => root,
  path: "/plans",
  component: lazyRouteComponent(() => import("./pages/PlansPage.tsx"), "PlansPage"),
});
const portfolio = createRoute({
  getParentRoute: () => root,
  path: "/portfolio",
  component: lazyRouteComponent(() => import("./pages/PortfolioPage.tsx"), "PortfolioPage"),
});
const protocol = createRoute({
  getParentRoute: () => root,
  path: "/protocol",
  component: lazyRouteComponent(() => import("./pages/ProtocolPage.tsx"), "ProtocolPage"),
});
const safety = createRoute({
  getParentRoute: () => root,
  path: "/safety",
  component: lazyRouteComponent(() => import("./pages/SafetyPage.tsx"), "SafetyPage"),
});
const sale = createRoute({
  getParentRoute: () => root,
  path: "/sales/$sale",
  component: lazyRouteComponent(() => import("./pages/sales/SalePage.tsx"), "SalePage"),
});
const sales = createRoute({
  getParentRoute: () => root,
  path: "/sales",
  component: lazyRouteComponent(() => import("./pages/sales/SalesPage.tsx"), "SalesPage"),
});
const stake = createRoute({
  getParentRoute: () => root,
  path: "/stake",
  component: lazyRouteComponent(() => import("./pages/stake/StakePage.tsx"), "StakePage"),
});
const strategy = createRoute({
  getParentRoute: () => root,
  path: "/market/$id",
  component: lazyRouteComponent(() => import("./pages/StrategyPage.tsx"), "StrategyPage"),
});

const pages = [
  airdrop,
  create,
  govern,
  governNew,
  governProposal,
  index,
  indices,
  keeper,
  learn,
  learnTopic,
  market,
  plans,
  portfolio,
  protocol,
  safety,
  sale,
  sales,
  stake,
  strategy,
];

// A build with a relative base stands in any folder of any host, which cannot know the app's paths: they go behind a #.
const isRelative = import.meta.env.BASE_URL === "./";
export const router = createRouter({
  ...(isRelative ? { history: createHashHistory() } : {}),
  routeTree: root.addChildren(pages),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

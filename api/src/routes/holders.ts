import type { Route } from "../http/route.ts";
import { accountRoutes } from "./accounts.ts";
import { activityRoutes } from "./activity.ts";
import { gainsRoutes } from "./gains.ts";
import { planRoutes } from "./plans.ts";
import { proposalRoutes } from "./proposals.ts";
import { quoteRoutes } from "./quotes.ts";
import { saleRoutes } from "./sales.ts";
import { sessionRoutes } from "./session.ts";

/** Everything for those who hold and stake: sessions, accounts, gains, quotes, proposals, sales, recurring plans. */
export const holderRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...accountRoutes,
  ...activityRoutes,
  ...gainsRoutes,
  ...quoteRoutes,
  ...planRoutes,
  ...proposalRoutes,
  ...saleRoutes,
];

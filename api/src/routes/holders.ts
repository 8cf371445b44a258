import type { Route } from "../http/route.ts";
import { accountRoutes } from "./accounts.ts";
import { gainsRoutes } from "./gains.ts";
import { quoteRoutes } from "./quotes.ts";
import { sessionRoutes } from "./session.ts";

/** Everything for those who hold and stake: sessions, accounts, gains, quotes, proposals, sales, recurring plans. */
export const holderRoutes: readonly Route[] = [...sessionRoutes, ...accountRoutes, ...gainsRoutes, ...quoteRoutes];

// A server over standard input and output without records: what the test of the stdio transport starts.
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { ROUTES } from "../app.ts";
import { STRANGER } from "../http/caller.ts";
import { emptyContext } from "../world.fixture.ts";
import { serveMcp } from "./server.ts";

await serveMcp(await emptyContext(), ROUTES, STRANGER, new StdioServerTransport());

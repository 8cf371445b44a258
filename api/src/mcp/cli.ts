// npm run mcp: the read tools over standard input and output, for a client that starts its servers itself.
import { existsSync } from "node:fs";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { Command } from "commander";
import { createLogger } from "../../../keeper/src/health/logger.ts";
import { createRedactor } from "../../../keeper/src/health/redact.ts";
import { ROUTES } from "../app.ts";
import { loadApiConfig } from "../config.ts";
import { STRANGER } from "../http/caller.ts";
import { openContext } from "../open.ts";
import { serveMcp } from "./server.ts";

const DEFAULT_FILE = "api.json";

/** The command line. Standard output belongs to the protocol: nothing else is ever written to it. */
export function createProgram(): Command {
  return new Command("gimbal-mcp")
    .description("Offers ten read tools to a language model over standard input and output")
    .option("-c, --config <file>", `settings of the API (JSON); ${DEFAULT_FILE} when it is there, else the environment`)
    .action(async ({ config }: { config?: string }) => {
      const file = config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : null);
      const settings = loadApiConfig(file, process.env);
      // What the service remembers is its own: this process starts with nothing and leaves nothing.
      const logger = createLogger({ level: "silent", redact: createRedactor([]) });
      const { context, close } = await openContext({ ...settings, store: ":memory:" }, logger, { works: false });
      const transport = new StdioServerTransport();
      const server = await serveMcp(context, ROUTES, STRANGER, transport);
      const stop = async () => {
        await server.close();
        await close();
      };
      process.stdin.once("end", () => void stop());
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
    });
}

if (import.meta.main) {
  await createProgram()
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
}

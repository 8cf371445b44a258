import { existsSync } from "node:fs";
import { Command } from "commander";
import { loadApiConfig } from "./config.ts";
import { startApi } from "./server.ts";

const DEFAULT_FILE = "api.json";

/** The API's command line. */
export function createProgram(): Command {
  return new Command("gimbal-api")
    .description("Serves what is known of the indices over HTTP")
    .option("-c, --config <file>", `settings (JSON); ${DEFAULT_FILE} when it is there, otherwise the environment alone`)
    .action(async ({ config }: { config?: string }) => {
      const file = config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : null);
      const api = await startApi(loadApiConfig(file, process.env));
      const stop = () => {
        api.close().catch((error: unknown) => {
          console.error(error);
          process.exitCode = 1;
        });
      };
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
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

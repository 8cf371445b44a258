import { join } from "node:path";

/**
 * What every command line that a test starts finds in its environment, and nothing else of this process. What Node makes of
 * the sources is kept between the starts, which takes a good part of their time.
 */
export const CHILD_ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  NODE_COMPILE_CACHE: join(import.meta.dirname, "../../cache/node"),
} as const;

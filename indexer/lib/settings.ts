import { fileURLToPath } from "node:url";
import { readSettings } from "../config/settings.ts";

/** The deployment that this process indexes. */
export const { deployment } = readSettings(process.env, fileURLToPath(new URL("../..", import.meta.url)));

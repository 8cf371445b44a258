// Writes docs/openapi.json from the declared routes of the API. With --check, fails when the committed file is another one.
import { readFileSync, writeFileSync } from "node:fs";
import { openApiText } from "../api/src/app.ts";

const PATH = "docs/openapi.json";
const text = openApiText();

if (process.argv.includes("--check")) {
  if (readFileSync(PATH, "utf8") !== text) {
    console.error(`${PATH} is stale: run npm run openapi and commit it.`);
    process.exit(1);
  }
} else writeFileSync(PATH, text);

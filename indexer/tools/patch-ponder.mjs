// Mends a fault of Ponder 0.16.10 in the embedded database, after each install.
//
// Rows that are updated in numbers pass through a temporary table with the name of the real one, which is emptied and left. The embedded
// database has a single session, and in a session a temporary table hides the real one: from then on everybody who asks for the
// table is told that it is empty. Dropping it instead of emptying it is all that is needed.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(new URL("../node_modules/ponder/dist/esm/indexing-store/cache.js", import.meta.url));
const LEFT = 'TRUNCATE TABLE "$';
const DROPPED = 'DROP TABLE pg_temp."$';
const PLACES = 2;

const text = readFileSync(FILE, "utf8");
const places = (part) => text.split(part).length - 1;
if (places(DROPPED) !== PLACES) {
  if (places(LEFT) !== PLACES) {
    throw new Error(`${FILE} is not the one that this repair was written for. Look whether it is still needed.`);
  }
  writeFileSync(FILE, text.replaceAll(LEFT, DROPPED));
}

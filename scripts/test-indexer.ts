// The indexer's own step of the test command: installs it as its lock file says, checks its types, and runs its tests.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Mocha from "mocha";
import { installIndexer } from "./lib/installIndexer.ts";

const FOLDER = fileURLToPath(new URL("../indexer", import.meta.url));

await installIndexer(FOLDER, console.log);
const types = spawn("npm", ["run", "--silent", "typecheck"], { cwd: FOLDER, stdio: "inherit" });
const [code] = await once(types, "exit");
if (code !== 0) process.exit(1);

const mocha = new Mocha({ timeout: 60_000, forbidOnly: true, forbidPending: true });
for (const file of globSync("indexer/test/**/*.test.ts").sort()) mocha.addFile(file);
await mocha.loadFilesAsync();
mocha.run((failures) => process.exit(failures === 0 ? 0 : 1));

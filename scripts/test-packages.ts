// Tests of the SDK, the keeper, the API and the app, which need no chain of Hardhat's. With arguments: only the files whose paths contain one.
import { globSync } from "node:fs";
import Mocha from "mocha";

const wanted = process.argv.slice(2);
const mocha = new Mocha({ timeout: 60_000, forbidOnly: true, forbidPending: true });
for (const file of globSync("{sdk,keeper,api,app}/**/*.test.ts", { exclude: ["**/node_modules/**"] }).sort()) {
  if (wanted.length === 0 || wanted.some((part) => file.includes(part))) mocha.addFile(file);
}

await mocha.loadFilesAsync();
mocha.run((failures) => {
  process.exitCode = failures === 0 ? 0 : 1;
});

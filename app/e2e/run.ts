// npm run test:app: the app in a real browser over a real local chain. With arguments: only the files whose paths contain one;
// --smoke: the few that the test command runs. Without a browser these are left out, unless GIMBAL_CHROMIUM promises one.
import { globSync } from "node:fs";
import Mocha from "mocha";
import { BrowserMissingError } from "./chromium.ts";
import { closeStage, theStage } from "./stage.ts";

const SMOKE = "app/e2e/smoke/";
const given = process.argv.slice(2);
const isSmoke = given.includes("--smoke");
const wanted = given.filter((word) => !word.startsWith("--"));

const mocha = new Mocha({ timeout: 60_000, forbidOnly: true, forbidPending: true, slow: 5_000 });
for (const file of globSync("app/e2e/**/*.e2e.ts").sort()) {
  const path = file.replaceAll("\\", "/");
  if (isSmoke && !path.startsWith(SMOKE)) continue;
  if (wanted.length === 0 || wanted.some((part) => path.includes(part))) mocha.addFile(file);
}

try {
  const began = performance.now();
  await theStage();
  console.log(`Browser, app and chain are there after ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  process.exitCode = failures === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof BrowserMissingError)) console.error(error);
  else console.error(isSmoke && error.isOptional ? `Left out: the app's tests. ${error.message}` : error.message);
  process.exitCode = isSmoke && error instanceof BrowserMissingError && error.isOptional ? 0 : 1;
}
await closeStage();

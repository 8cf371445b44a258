// npm started by Node 20 skips Hardhat's native EDR addon, whose engines field says ">= 22". The devDependency `node` puts
// Node 24 first on PATH inside npm scripts, so a nested `npm install` from here runs under Node 24 and adds what was
// skipped. Does nothing on newer versions of Node.
import { execSync } from "node:child_process";

const run = (command, stdio = "inherit") => execSync(command, { stdio, env: { ...process.env, ENSURE_EDR: "1" } });
const probe = `node -e "require('@nomicfoundation/edr')"`;

if (!process.env.ENSURE_EDR) {
  try {
    run(probe, "ignore");
  } catch {
    run("npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error");
    run(probe);
  }
}

// The service over a store that the benchmark made, in a process of its own: tells its address, and its memory and CPU time when asked.
import { writeFileSync } from "node:fs";
import { FIXTURE_DEPLOYMENT } from "../src/app.fixture.ts";
import { loadApiConfig } from "../src/config.ts";
import { startApi } from "../src/server.ts";

const store = process.argv[2] ?? "";
const [deployment, settings] = [`${store}.deployment.json`, `${store}.settings.json`];
writeFileSync(deployment, JSON.stringify(FIXTURE_DEPLOYMENT));
const access = { freePerMinute: 1_000_000_000 };
const rpcUrl = "http://127.0.0.1:9"; // nothing of what is asked needs a chain
writeFileSync(settings, JSON.stringify({ rpcUrl, deployment, store, port: 0, access, logLevel: "error" }));

const started = performance.now();
const api = await startApi(loadApiConfig(settings, {}));
process.send?.({ url: api.url, ms: performance.now() - started });
process.on("message", () => process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() }));

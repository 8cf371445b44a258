// The service over a store that the benchmark made, in a process of its own: tells its address, and its memory and CPU time when asked.
import { FIXTURE_DEPLOYMENT } from "../src/app.fixture.ts";
import { startApi } from "../src/server.ts";

const config = {
  rpcUrl: "http://127.0.0.1:9",
  deployment: FIXTURE_DEPLOYMENT,
  store: process.argv[2] ?? "",
  host: "127.0.0.1",
  port: 0,
  access: { domains: ["localhost"], trustedProxies: [], freePerMinute: 1_000_000_000 },
  languageModel: null,
  logLevel: "warn",
} as const;

const started = performance.now();
const api = await startApi(config as never);
process.send?.({ url: api.url, ms: performance.now() - started });
process.on("message", () => process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() }));

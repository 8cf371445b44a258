import { rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Hex } from "viem";
import { type ApiConfig, loadApiConfig } from "../../../api/src/config.ts";
import { settleStore } from "../../../api/src/credits/settle.ts";
import { startApi } from "../../../api/src/server.ts";
import { getUsageReceiptTypedData } from "../../../sdk/src/index.ts";
import { journalPath, relayer } from "./keeper.ts";
import type { Demo, Person } from "./scene.ts";

/** {s} for which receipts are good beyond the least that the API asks for. */
const TERM = 86_400;
/** Requests that are under way at once while a quota is used up. */
const SIDE_BY_SIDE = 20;
/** More than any quota here has. */
const MOST_REQUESTS = 1_100;

/** The API over the demo's chain and journal, and who asks it. */
export interface MeteredApi {
  url: string;
  /** What a signed-in account sends with each request. */
  signIn(who: Person): Promise<Headed>;
  /** The data of an answer that has to be good. */
  get<T>(path: string): Promise<T>;
  /** Asks until something has to be paid. Returns how many answers were free. */
  useUp(path: string): Promise<number>;
  /** Asks again and again until so many answers were paid for, and says with how many credits. */
  pay(path: string, times: number): Promise<bigint>;
  /** The same for somebody whose plan pays. */
  payByPlan(path: string, times: number, headers: Headed): Promise<void>;
  /** One run of the settler. */
  settle(): ReturnType<typeof settleStore>;
  /** Ends it, with the grading that it does beside its answers. A second time it does nothing. */
  close(): Promise<void>;
}

type Headed = Readonly<Record<string, string>>;

interface Answer {
  status: number;
  /** What paid for it; null: it was free. */
  charge: string | null;
  body: unknown;
}

/** Part of a 402 that tells what to sign. */
interface Quote {
  id: string;
  units: number;
  asset: string;
  nonce: string;
  leastValidUntil: number;
}

/** Starts the API as `npm run api` does, with settings that are written down beside its store. */
export async function openApi(demo: Demo): Promise<MeteredApi> {
  const config = writeSettings(demo);
  const api = await startApi(config);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= api.close();
    return closing;
  };
  demo.cleanUp.push(close);
  const { url } = api;
  const ask = (path: string, headers: Headed = {}) => askOnce(url + path, headers);
  return {
    url,
    signIn: (who) => signIn(demo, url, who),
    get: async <T>(path: string) => {
      const { status, body } = await ask(path);
      if (status !== 200) throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`);
      return (body as { data: T }).data;
    },
    useUp: (path) => useUp(demo, () => ask(path)),
    pay: (path, times) => payByReceipts(demo, (headers) => ask(path, headers), times),
    payByPlan: (path, times, headers) => payByPlan(demo, () => ask(path, headers), times),
    settle: () => settleStore(config, { account: relayer(), logger: SILENT }),
    close,
  };
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** As an operator would write them. A local chain mines at once and never forgets a block. */
function writeSettings({ chain, deployment, options }: Demo): ApiConfig {
  const place = (name: string): string => resolve(options.out, name);
  const [store, journal] = [place("api.sqlite"), place("settler.sqlite")];
  // A new chain knows nothing of receipts that another one took.
  for (const file of [store, journal]) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  }
  // Of this run: another one may have a chain of the same id.
  writeFileSync(place("deployment.json"), JSON.stringify(deployment));
  const settings = {
    rpcUrl: chain.url,
    deployment: place("deployment.json"),
    journal: resolve(journalPath(options)),
    store,
    port: 0,
    settler: { journal, confirmations: 0 },
    logLevel: "silent",
  };
  const file = place("api.json");
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  return loadApiConfig(file, {});
}

async function askOnce(url: string, headers: Headed): Promise<Answer> {
  const response = await fetch(url, { headers });
  return { status: response.status, charge: response.headers.get("gimbal-charge"), body: await response.json() };
}

async function signIn({ chain }: Demo, url: string, { address }: Person): Promise<Headed> {
  const post = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { data: T }).data;
  };
  const { message } = await post<{ message: string }>("/v1/session/nonce", { address });
  const signature = await chain.client.signMessage({ account: address, message });
  const { token } = await post<{ token: string }>("/v1/session", { message, signature });
  return { authorization: `Bearer ${token}` };
}

async function useUp({ services }: Demo, ask: () => Promise<Answer>): Promise<number> {
  let free = 0;
  for (let asked = 0; asked < MOST_REQUESTS; asked += SIDE_BY_SIDE) {
    const answers = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, ask));
    for (const { status, body } of answers) {
      if (status === 200) free++;
      else if (status === 402) services.requests.refused++;
      else throw new Error(`the API answers ${status}: ${JSON.stringify(body)}`);
    }
    if (answers.some(({ status }) => status === 402)) {
      services.requests.free += free;
      return free;
    }
  }
  throw new Error(`after ${MOST_REQUESTS} requests everything is still free`);
}

/** The quota fills up again while this goes on, so that now and then an answer is free. */
async function payByReceipts(demo: Demo, ask: (headers: Headed) => Promise<Answer>, times: number): Promise<bigint> {
  const { cast, services } = demo;
  const { requests } = services;
  let units = 0n;
  for (let paid = 0; paid < times; ) {
    const first = await ask({ "gimbal-account": cast.reader.address });
    if (first.status === 200) {
      requests.free++;
      continue;
    }
    if (first.status !== 402) throw new Error(`the API answers ${first.status}: ${JSON.stringify(first.body)}`);
    requests.refused++;
    const quote = first.body as Quote;
    const { status, charge, body } = await ask({ "gimbal-receipt": await sign(demo, quote) });
    if (status !== 200) throw new Error(`a receipt was refused: ${JSON.stringify(body)}`);
    if (charge === null) {
      requests.free++;
      continue;
    }
    paid++;
    requests.byReceipt++;
    units += BigInt(quote.units);
  }
  requests.byReceiptUnits += units;
  return units;
}

async function payByPlan({ services }: Demo, ask: () => Promise<Answer>, times: number): Promise<void> {
  const before = services.requests.byPlan;
  while (services.requests.byPlan < before + times) {
    const { status, charge, body } = await ask();
    if (status !== 200) throw new Error(`the plan does not pay: ${JSON.stringify(body)}`);
    if (charge === null) services.requests.free++;
    else if (charge.startsWith("plan;")) services.requests.byPlan++;
    else throw new Error(`${charge} paid instead of the plan`);
  }
}

/** The reader's key signs what the API asks for; the header is as docs/SERVICES.md says. */
async function sign({ chain, cast, deployment }: Demo, quote: Quote): Promise<string> {
  const contract = deployment.contracts["AccessPass"];
  if (contract === undefined) throw new Error("AccessPass was not deployed");
  const { chainId } = deployment;
  const validUntil = quote.leastValidUntil + TERM;
  const { id, asset, nonce, units } = quote;
  const receipt = { account: cast.reader.address, units, validUntil };
  const typedData = getUsageReceiptTypedData(
    { chainId, accessPass: contract },
    { ...receipt, id: BigInt(id), asset: BigInt(asset), nonce: BigInt(nonce) },
  );
  const signature: Hex = await chain.client.signTypedData({ account: cast.key, ...typedData });
  const header = { chainId, contract, ...receipt, id, asset, nonce, signature };
  return Buffer.from(JSON.stringify(header)).toString("base64url");
}

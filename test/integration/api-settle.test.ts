import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { keccak256, toHex } from "viem";
import {
  encodeReceipt,
  type PassPlace,
  type SignedReceipt,
  usageReceiptTypedData,
} from "../../api/src/credits/receipt.ts";
import { nameOf, ReceiptBook } from "../../api/src/credits/receiptBook.ts";
import { Store } from "../../api/src/store/store.ts";
import { accessPassAbi, toSignedUsage, type UsageReceipt } from "../../sdk/src/index.ts";
import { CHILD_ENVIRONMENT } from "../helpers/childProcess.ts";
import { deployAll } from "../helpers/deployment.ts";
import { deployPaymentWorld, PEOPLE, type Person } from "../helpers/payments.ts";
import { serve } from "../helpers/rpcServer.ts";

const { ethers, networkHelpers, provider } = await hre.network.create();
const { payer, other, sessionKey } = PEOPLE;
const RELAYER_KEY = keccak256(toHex("relayer of receipts"));
const ROOT = join(import.meta.dirname, "../..");
const [DECISIONS, COMPUTE] = [2n, 3n];
const DAY = 86_400;

async function deployed() {
  const world = await deployPaymentWorld(ethers, provider, await deployAll(hre, provider));
  await world.fill(payer, DECISIONS, 100n);
  await world.fill(payer, COMPUTE, 20n);
  await world.fill(other, DECISIONS, 3n);
  return world;
}

const children = new Set<ChildProcess>();

/** A node that others reach over HTTP, the API's store, and the settings for both programs. */
async function open(folder: string) {
  const world = await networkHelpers.loadFixture(deployed);
  const { deployment, client, pass } = world;
  const place: PassPlace = { chainId: deployment.chainId, contract: pass };
  /** What happens after a transaction was sent and before its sender hears of it. */
  const node = { onSent: () => {} };
  const watched = {
    request: async (request: { method: string; params?: readonly unknown[] }) => {
      const answer = await provider.request(request);
      if (request.method === "eth_sendRawTransaction") node.onSent();
      return answer;
    },
  };
  const server: Server = await serve(watched as typeof provider);
  const free = await serve(provider);
  const port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  writeFileSync(join(folder, "deployment.json"), JSON.stringify(deployment));
  const path = join(folder, "api.db");
  const settings = {
    ...{ rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deployment: "deployment.json" },
    ...{ store: "api.db", port, credits: { freeComputePerHour: 1 } },
    settler: { journal: "settler.db", batchSize: 3, confirmations: 0, leaseSeconds: 1 },
    logLevel: "silent",
  };
  const config = join(folder, "api.json");
  writeFileSync(config, JSON.stringify(settings));
  const store = await Store.open(path);
  const book = new ReceiptBook(store.database, place, "test");
  const now = async () => Number((await client.getBlock()).timestamp);

  const run = (program: string, over: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [join(ROOT, program), "--config", config], {
      cwd: ROOT,
      env: { ...CHILD_ENVIRONMENT, GIMBAL_KEEPER_KEY: RELAYER_KEY, ...over },
    });
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  };
  /** `npm run settle`. */
  const settle = async (over: NodeJS.ProcessEnv = {}, begun: (child: ChildProcess) => void = () => {}) => {
    const child = run("api/src/credits/settle.ts", over);
    begun(child);
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    const report = code === 0 ? JSON.parse(output.stdout) : null;
    return { code, report, ...output };
  };
  const sign = async (over: Partial<UsageReceipt> = {}, signer: Person = payer): Promise<SignedReceipt> => {
    const usual = { account: payer.address, id: DECISIONS, asset: 1n, nonce: 0n, units: 1 };
    const receipt = { ...usual, validUntil: (await now()) + DAY, ...over };
    return { ...place, ...receipt, signature: await signer.signTypedData(usageReceiptTypedData(place, receipt)) };
  };
  /** A receipt that the API has answered for. */
  const owe = async (over: Partial<UsageReceipt> = {}, signer: Person = payer): Promise<SignedReceipt> => {
    const receipt = await sign(over, signer);
    const parts = {
      receipt,
      request: nameOf(receipt),
      usable: 1_000n,
      trusted: 1_000n,
      block: Number(await client.getBlockNumber()),
      now: await now(),
    };
    expect((await book.take(parts)).kind).to.equal("taken");
    await book.answered(receipt);
    return receipt;
  };
  /** Settles receipts with a call of somebody else's. */
  const settleElsewhere = async (receipts: readonly SignedReceipt[]) => {
    const groups = receipts.map((receipt) => {
      const { account, id, asset } = receipt;
      return { account, id, asset, receipts: [toSignedUsage(receipt, receipt.signature)] };
    });
    await world.onPass(other, "settle", groups);
  };
  const meterOf = async (person: Person, id = DECISIONS) => {
    const args = [person.address, id] as const;
    return (await client.readContract({ abi: accessPassAbi, address: pass, functionName: "meterOf", args }))[0];
  };
  const stateOf = async (nonce: bigint, id = DECISIONS, { address }: Person = payer) => {
    const { state, reason } = (await book.find({ account: address, id, nonce })) ?? {};
    return [state, reason];
  };
  const earnedBy = (asset: bigint) =>
    client.readContract({ abi: accessPassAbi, address: pass, functionName: "earnedOf", args: [asset] });
  const sent = () => client.getTransactionCount({ address: PEOPLE.relayer.address });
  const close = async () => {
    server.close();
    await store.close();
  };
  const api = `http://127.0.0.1:${port}`;
  return {
    ...{ ...world, place, node, book, now, run, settle, sign, owe, settleElsewhere, meterOf, stateOf, earnedBy, sent },
    ...{ close, api },
  };
}

describe("settling receipts with the real AccessPass", () => {
  let folder: string;
  let here: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gimbal-api-settle-"));
    here = await open(folder);
  });
  afterEach(async () => {
    for (const child of children) child.kill("SIGKILL");
    await here.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is one command with a key from the environment: batches, and a bad receipt stops nobody", async () => {
    const { settle, owe, meterOf, stateOf, earnedBy, sent, onPass, now } = here;
    for (let nonce = 0n; nonce < 4n; nonce++) await owe({ nonce, units: 2 });
    await owe({ nonce: 4n }, sessionKey); // never named
    await onPass(payer, "setKey", sessionKey.address, (await now()) + DAY);
    await owe({ nonce: 5n, asset: 0n }, payer);
    await owe({ nonce: 6n }, other); // signed by somebody else
    await owe({ account: other.address, nonce: 0n, units: 2 }, other);
    await owe({ account: other.address, nonce: 1n, units: 2 }, other); // the meter holds 3
    const { code, report, stderr } = await settle();
    expect(code, stderr).to.equal(0);
    // The key was named before the settlement: what it had signed is good by then.
    expect(report).to.include({ batches: 3, settled: 7 });
    expect([
      report.lost.map(({ nonce, reason }: never) => [nonce, reason]),
      report.kept.map(({ nonce, reason }: never) => [nonce, reason]),
    ]).to.deep.equal([[["6", "signature"]], [["1", "the meter holds too little"]]]);
    expect([await meterOf(payer), await meterOf(other)]).to.deep.equal([100n - 10n, 1n]);
    expect(await stateOf(1n, DECISIONS, other)).to.deep.equal(["owed", "the meter holds too little"]);
    // 40% of what 11 credits cost, which is 10,000 raw USDC each; what was used without an asset went to the protocol.
    expect([(await earnedBy(1n)).usdc, (await earnedBy(0n)).usdc]).to.deep.equal([44_000n, 4_000n]);
    expect(await sent()).to.equal(3);

    // What a meter cannot pay costs no gas a second time.
    const again = await settle();
    expect([again.code, again.report.settled, again.report.kept.length, await sent()]).to.deep.equal([0, 0, 1, 3]);
    expect(await meterOf(other)).to.equal(1n);
  });

  it("refuses to begin without a key, and names no secret", async () => {
    await here.owe();
    const { code, stderr } = await here.settle({ GIMBAL_KEEPER_KEY: "" });
    expect([code, /GIMBAL_KEEPER_KEY/.test(stderr)]).to.deep.equal([1, true]);
    const wrong = await here.settle({ GIMBAL_KEEPER_KEY: RELAYER_KEY.slice(0, 60) });
    expect([wrong.code, wrong.stderr.includes(RELAYER_KEY.slice(2, 60))]).to.deep.equal([1, false]);
    expect(await here.stateOf(0n)).to.deep.equal(["owed", null]);
  });

  it("goes on after it was killed between sending and hearing of it: nothing is sent or charged twice", async () => {
    const { node, settle, owe, sent, meterOf, stateOf } = here;
    await owe({ nonce: 0n, units: 5 });
    const killed = await settle({}, (child) => {
      node.onSent = () => child.kill("SIGKILL");
    });
    node.onSent = () => {};
    expect([killed.code, await sent(), await meterOf(payer)]).to.deep.equal([null, 1, 95n]);
    expect((await stateOf(0n))[0]).to.equal("settling");
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // the lease of the killed run ends
    await owe({ nonce: 1n, units: 2 });
    const { report, stderr } = await settle();
    expect(report, stderr).to.deep.include({ batches: 2, settled: 2, kept: [], lost: [] });
    expect([await sent(), await meterOf(payer)]).to.deep.equal([2, 93n]);
  });

  it("believes the nonces on chain, whoever used them", async () => {
    const { settle, owe, settleElsewhere, onPass, stateOf, sent, meterOf, book } = here;
    const receipt = await owe({ nonce: 0n, units: 4 });
    await settleElsewhere([receipt]);
    await owe({ nonce: 1n, units: 3 });
    await onPass(payer, "requestCancelNonce", DECISIONS, 1n);
    await networkHelpers.time.increase(DAY);
    await onPass(payer, "cancelNonce", DECISIONS, 1n);
    await owe({ nonce: 2n });
    const { report, stderr } = await settle();
    expect(report, stderr).to.include({ settled: 2 });
    expect(await stateOf(0n)).to.deep.equal(["settled", null]);
    expect(await stateOf(1n)).to.deep.equal(["lost", "cancelled"]);
    expect([await sent(), await meterOf(payer)]).to.deep.equal([1, 95n]);
    expect(await book.held(payer.address, DECISIONS)).to.equal(3n);
  });

  it("attack: an account settles less, or for another asset, with nonces of receipts that are held", async () => {
    const { settle, owe, sign, settleElsewhere, stateOf, book, now } = here;
    await owe({ nonce: 0n, units: 10 });
    await settle();
    await owe({ nonce: 1n, units: 10 });
    await owe({ nonce: 2n, units: 10 });
    await owe({ nonce: 3n, units: 1 });
    // One credit instead of ten; all ten, but earned by the account's own asset; and an honest one by somebody else.
    const honest = await sign({ nonce: 3n });
    await settleElsewhere([await sign({ nonce: 1n }), await sign({ nonce: 2n, units: 10, asset: 2n }), honest]);
    const { report, stderr } = await settle();
    expect(
      report.lost.map(({ nonce, reason }: never) => [nonce, reason]),
      stderr,
    ).to.deep.equal([
      ["1", "replaced"],
      ["2", "replaced"],
    ]);
    expect(await stateOf(3n)).to.deep.equal(["settled", null]);
    // It counts on against the meter, and no more is given on trust than was paid: 10 and 1 of 18 that were gained.
    expect(await book.held(payer.address, DECISIONS)).to.equal(20n);
    const parts = { request: "r", usable: 1_000n, trusted: 0n, block: 9_999, now: await now() };
    const dear = await sign({ nonce: 4n, units: 2 });
    expect((await book.take({ receipt: dear, ...parts })).kind).to.equal("unproven");
    expect((await book.take({ receipt: await sign({ nonce: 5n }), ...parts })).kind).to.equal("taken");
  });

  it("is owed nothing for what a killed API did not answer, and everything for what it did", async () => {
    const { run, api, sign, stateOf, settle, meterOf } = here;
    const receipt = await sign({ id: COMPUTE, asset: 0n, units: 2, nonce: 6n });
    const begin = async () => {
      const child = run("api/src/cli.ts");
      for (let tries = 0; tries < 800; tries++) {
        const isUp = await fetch(`${api}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (isUp) {
          // The first one is free. Too short a period to be worked out, it is refused after it was counted.
          expect((await ask("2022-01-03")).status).to.equal(400);
          return child;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("the API did not start");
    };
    const end = async (child: ChildProcess) => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    const ask = (to = "2022-04-15") =>
      fetch(`${api}/v1/simulations/backtest`, {
        method: "POST",
        headers: { "content-type": "application/json", "gimbal-receipt": encodeReceipt(receipt) },
        body: JSON.stringify({ strategy: "top10", from: "2022-01-01", to, market: "simulated" }),
      });

    const first = await begin();
    const asked = ask().then(
      ({ status }) => status,
      () => "no answer",
    );
    while ((await stateOf(6n, COMPUTE))[0] !== "taken") await new Promise((resolve) => setTimeout(resolve, 5));
    await end(first);
    expect(await asked).to.equal("no answer");

    const second = await begin();
    expect((await stateOf(6n, COMPUTE))[0]).to.equal("returned");
    const answer = await ask();
    expect([answer.status, answer.headers.get("gimbal-charge")]).to.deep.equal([200, "receipt;id=3;nonce=6;units=2"]);
    await end(second);
    expect((await stateOf(6n, COMPUTE))[0]).to.equal("owed");

    const third = await begin();
    const repeated = await ask();
    expect([repeated.status, repeated.headers.get("gimbal-charge")]).to.deep.equal([
      200,
      "receipt;id=3;nonce=6;units=0",
    ]);
    await end(third);
    expect((await settle()).report).to.include({ settled: 1 });
    expect(await meterOf(payer, COMPUTE)).to.equal(18n);
  }).timeout(400_000);
});

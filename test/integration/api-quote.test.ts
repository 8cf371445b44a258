import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { expect } from "chai";
import { network } from "hardhat";
import { type Address, createPublicClient, custom, erc20Abi, getAddress, type Hex, parseUnits } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { readContract } from "viem/actions";
import { accessContext } from "../../api/src/access/access.fixture.ts";
import { bodyOf, FIXTURE_ACCESS, FIXTURE_DEPLOYMENT, type Json, testApp } from "../../api/src/app.fixture.ts";
import { type Deployment, NATIVE, send } from "../../sdk/src/index.ts";
import { IndexLens__factory } from "../../typechain-types/index.js";
import { deployPeriphery } from "../helpers/periphery.ts";
import { ONE_SHARE, viemClient } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();
const WALLET = privateKeyToAccount(`0x${"42".repeat(32)}`);

async function deployed() {
  const periphery = await deployPeriphery(ethers);
  const { stack, at, vault, zap, usd, user, owner, protocol } = periphery;
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  const text = (target: unknown): Address => getAddress(String(target));
  await networkHelpers.setBalance(WALLET.address, 1_000n * ONE_SHARE);
  await usd.mint(WALLET.address, 10_000n * 10n ** 6n);
  await vault.connect(user).transfer(WALLET.address, 100n * ONE_SHARE);
  const contracts = {
    ...FIXTURE_DEPLOYMENT.contracts,
    ...{ IndexFactory: text(factory.target), AssetRegistry: text(assetRegistry.target) },
    ...{ IndexLens: text(lens.target), Zap: text(zap.target), KeeperRegistry: text(keeperRegistry.target) },
  };
  const external = {
    ...FIXTURE_DEPLOYMENT.external,
    ...{
      uniswapV3Factory: text(stack.factory.target),
      quoterV2: text(stack.quoter.target),
      weth: text(stack.weth.target),
    },
  };
  const tokens = { USDT: { address: text(at.USDT), decimals: 6, feed: text(at.USDT) } };
  const deployment: Deployment = { ...FIXTURE_DEPLOYMENT, contracts, external, tokens };
  return { deployment, vault: text(vault.target), usdt: text(at.USDT), cash: text(at.CASH) };
}

async function open() {
  const stage = await networkHelpers.loadFixture(deployed);
  const client = createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 });
  const context = await accessContext({ now: 1_795_000_000 }, { client, deployment: stage.deployment }, FIXTURE_ACCESS);
  const fetch = testApp(context);
  const quote = async (query: Record<string, string>): Promise<Json> =>
    bodyOf(fetch(`/v1/quote?${new URLSearchParams({ index: stage.vault, ...query })}`));
  const wallet = viemClient(provider, WALLET);
  /** Sends what a quote asks for, as any wallet would. */
  const perform = async ({ requirements, transaction }: Json): Promise<void> => {
    for (const { transaction: tx } of [...requirements, { transaction }]) {
      await send(wallet, { tx: { to: tx.to as Address, data: tx.data as Hex, value: BigInt(tx.value) } });
    }
  };
  const balance = (token: Address): Promise<bigint> =>
    readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [WALLET.address] });
  return { ...stage, fetch, quote, perform, balance };
}

describe("api: quotes beside a chain", () => {
  it("buys shares with one token: the transactions of the answer do what it says", async () => {
    const { quote, perform, balance, usdt, vault } = await open();
    const { data } = await quote({ side: "buy", token: usdt, shares: "2", account: WALLET.address });
    expect(data).to.deep.include({ way: "one-token", slippageBps: 50 });
    expect(data.legs[0].expected.unit).to.equal("USDT");
    expect(BigInt(data.legs[0].limit.raw)).to.equal((BigInt(data.legs[0].expected.raw) * 10_050n + 9_999n) / 10_000n);
    expect(data.mintFee).to.deep.include({ bps: 10 });
    expect(data.priceImpactBps).to.be.within(1, 100);
    expect(data.requirements.map(({ kind }: Json) => kind)).to.deep.equal(["approval"]);
    expect([data.gas.units, data.gas.missing]).to.deep.equal([null, data.gas.missing]);
    const [shares, cash] = [await balance(vault), await balance(usdt)];
    await perform(data);
    expect((await balance(vault)) - shares).to.equal(2n * ONE_SHARE);
    const paid = cash - (await balance(usdt));
    expect(paid <= BigInt(data.legs[0].limit.raw) && paid > 0n).to.equal(true);
  });

  it("finds the shares that a sum buys, never for more than it", async () => {
    const { quote, usdt } = await open();
    for (const amount of ["1000", "5.5"]) {
      const { data } = await quote({ side: "buy", token: usdt, amount });
      const most = BigInt(data.legs[0].limit.raw);
      const budget = parseUnits(amount, 6);
      expect(most <= budget && most * 1_000n >= budget * 997n, `${most} of ${budget}`).to.equal(true);
      expect([data.requirements, data.transaction]).to.deep.equal([null, null]);
    }
  });

  it("sells for Ether and in kind, with gas once nothing is missing, and limits below what is expected", async () => {
    const { quote, perform, vault, balance } = await open();
    const ether = (await quote({ side: "sell", token: "native", shares: "1.5", account: WALLET.address })).data;
    expect([ether.legs[0].token, ether.legs[0].expected.unit, ether.mintFee]).to.deep.equal([NATIVE, "ETH", null]);
    expect(BigInt(ether.legs[0].limit.raw) < BigInt(ether.legs[0].expected.raw)).to.equal(true);
    expect(ether.expiresAt).to.not.equal(null);
    const kind = (await quote({ side: "sell", shares: "1", account: WALLET.address })).data;
    expect([kind.way, kind.legs.length, kind.priceImpactBps, kind.expiresAt]).to.deep.equal(["in-kind", 5, 0, null]);
    expect(Number(kind.gas.units)).to.be.greaterThan(100_000);
    const before = await balance(vault);
    await perform(kind);
    expect(before - (await balance(vault))).to.equal(ONE_SHARE);
  });

  it("are the same through the tool of a language model", async () => {
    const { fetch, quote, usdt, vault } = await open();
    const client = new Client({ name: "test", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL("http://api.test/mcp"), {
      fetch: (url, init) => fetch(String(url), init),
    });
    await client.connect(transport as Transport);
    const ask = { side: "buy", token: usdt, shares: "2", account: WALLET.address };
    const { content, structuredContent }: Json = await client.callTool({
      name: "quote",
      arguments: { index: vault, ...ask },
    });
    await client.close();
    expect(structuredContent).to.deep.equal(await quote(ask));
    expect(structuredContent.data.legs[0].expected.unit).to.equal("USDT");
    expect(JSON.parse(content[0].text)).to.deep.equal(structuredContent);
  });

  it("says what it cannot know, and refuses what cannot be, naming it", async () => {
    const { quote, cash, usdt, vault } = await open();
    const { data } = await quote({ side: "buy", token: cash, shares: "1" });
    expect([data.priceImpactBps, data.priceImpactMissing]).to.deep.equal([
      null,
      "The registry has no price of this token.",
    ]);
    const faults: [Record<string, string>, string][] = [
      [{ side: "hold" }, "query.side"],
      [{ side: "buy" }, "query.shares"],
      [{ side: "buy", shares: "1", amount: "1", token: usdt }, "query.amount"],
      [{ side: "sell", amount: "1", token: usdt }, "query.amount"],
      [{ side: "buy", amount: "1" }, "query.amount"],
      [{ side: "buy", amount: "1.0000001", token: usdt }, "query.amount"],
      [{ side: "buy", shares: "0.0" }, "query.shares"],
      [{ side: "buy", shares: "-1" }, "query.shares"],
      [{ side: "buy", shares: "1e3" }, "query.shares"],
      [{ side: "buy", shares: "1", slippageBps: "1001" }, "query.slippageBps"],
      [{ side: "buy", shares: "1", token: "USDT" }, "query.token"],
      [{ side: "buy", shares: "1", account: "me" }, "query.account"],
      [{ side: "buy", shares: "1", index: "TEN" }, "query.index"],
    ];
    for (const [query, at] of faults) {
      const answer = await quote(query);
      expect(answer.errors?.[0]?.at, JSON.stringify([query, answer])).to.equal(at);
    }
    expect((await quote({ side: "buy", shares: "1", index: usdt })).code).to.equal("NOT_FOUND");
    expect((await quote({ side: "buy", shares: "1", token: vault })).code).to.equal("UNPROCESSABLE");
    expect((await quote({ side: "sell", shares: "1", token: WALLET.address })).code).to.equal("UNPROCESSABLE");
  });
});

import { expect } from "chai";
import { createPublicClient, custom, numberToHex, pad, RpcRequestError } from "viem";
import { ChainStrategyReads } from "./strategyReads.ts";

const NEWEST = 400_000;
const VAULT = pad("0xaa", { size: 20 });

describe("whose strategy an index followed", () => {
  it("is found through a node that looks through some thousand blocks at a time", async () => {
    const asked: string[] = [];
    const request = async ({ method, params }: { method: string; params?: unknown }) => {
      asked.push(method);
      if (method === "eth_blockNumber") return numberToHex(NEWEST);
      if (method === "eth_getCode") return "0x01";
      if (method === "eth_getLogs") {
        const [{ fromBlock, toBlock }] = params as [{ fromBlock: `0x${string}`; toBlock: `0x${string}` }];
        if (Number(toBlock) - Number(fromBlock) < 5_000) return [];
        const error = { code: -32_602, message: "the range of blocks is too large" };
        throw new RpcRequestError({ body: { method }, error, url: "http://127.0.0.1:0" });
      }
      throw new Error("that is far enough");
    };
    const client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
    const reads = new ChainStrategyReads(client, {
      registry: pad("0x01", { size: 20 }),
      multicall: pad("0x02", { size: 20 }),
    });
    await reads.strategyAt(VAULT, 1).catch(() => 0n);
    expect(asked.at(-1)).to.equal("eth_call");
  });
});

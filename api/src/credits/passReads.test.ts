import { accessPassAbi } from "@gimbal/sdk";
import { expect } from "chai";
import { createPublicClient, custom, encodeAbiParameters, encodeEventTopics, numberToHex, RpcRequestError } from "viem";
import { PAYER, PLACE, SESSION_KEY } from "./credits.fixture.ts";
import { ChainPassReads } from "./passReads.ts";

const [FIRST, LAST] = [1_000, 60_000]; // {block}
const [ACCOUNT, OTHER] = [PAYER.address, SESSION_KEY.address];
const MULTICALL = "0x0000000000000000000000000000000000000206";

/** A node with a cancelled nonce in its first and one in its last block that answers for so many blocks at once. */
function readsOf(most: number) {
  const asked: number[] = [];
  const cancelled = (account: typeof ACCOUNT, nonce: bigint, block: number) => {
    const abi = accessPassAbi.filter((item) => item.type === "event" && item.name === "NonceCancelled");
    return {
      ...{ address: PLACE.contract, blockNumber: numberToHex(block), logIndex: "0x0", transactionIndex: "0x0" },
      topics: encodeEventTopics({ abi, eventName: "NonceCancelled", args: { account, id: 1n } }),
      data: encodeAbiParameters([{ type: "uint256" }], [nonce]),
    };
  };
  const logs = [cancelled(ACCOUNT, 3n, FIRST), cancelled(OTHER, 4n, LAST)];
  const request = async ({ method, params }: { method: string; params?: unknown }) => {
    if (method === "eth_blockNumber") return numberToHex(LAST);
    const [{ fromBlock, toBlock }] = params as [{ fromBlock: `0x${string}`; toBlock: `0x${string}` }];
    const [from, to] = [Number(fromBlock), Number(toBlock)];
    asked.push(to - from + 1);
    if (to - from >= most) {
      const error = { code: -32_602, message: "the range of blocks is too large" };
      throw new RpcRequestError({ body: { method }, error, url: "http://127.0.0.1:0" });
    }
    return logs.filter(({ blockNumber }) => Number(blockNumber) >= from && Number(blockNumber) <= to);
  };
  const client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
  return { asked, reads: new ChainPassReads(client, PLACE, MULTICALL, FIRST) };
}

describe("what is asked of a node about credits", () => {
  const keys = [
    { account: ACCOUNT, id: 1n, nonce: 3n },
    { account: ACCOUNT, id: 1n, nonce: 4n },
    { account: OTHER, id: 1n, nonce: 4n },
  ];
  const found = [keys[0], keys[2]];

  it("is one question where the node looks through all blocks", async () => {
    const { asked, reads } = readsOf(100_000);
    expect(await reads.cancelled(keys)).to.deep.equal(found);
    expect(asked).to.deep.equal([LAST - FIRST + 1]);
  });

  it("is asked in parts of a node that does not, or whoever settles his own receipt would stop all settling", async () => {
    for (const most of [5_000, 20_000]) {
      const { asked, reads } = readsOf(most);
      expect(await reads.cancelled(keys)).to.deep.equal(found);
      const refused = asked.length;
      expect(await reads.cancelled(keys)).to.deep.equal(found);
      expect(asked.slice(refused).filter((blocks) => blocks > most)).to.deep.equal([]);
    }
  });

  it("fails where a node refuses the smallest part too", async () => {
    const error = await readsOf(100)
      .reads.cancelled(keys)
      .catch((refusal: unknown) => refusal);
    expect(error).to.include({ code: "UNAVAILABLE" });
  });
});

import { indexFactoryAbi } from "@gimbal/sdk";
import { expect } from "chai";
import {
  type Address,
  type Chain,
  createClient,
  custom,
  decodeFunctionData,
  encodeAbiParameters,
  type Hex,
} from "viem";
import { mainnet } from "viem/chains";
import type { ChainClient } from "../network.tsx";
import { NotAnIndexError, requireIndex } from "./known.ts";

const FACTORY: Address = "0x0000000000000000000000000000000000000003";
const MADE: Address = "0x0000000000000000000000000000000000000001";
const FOREIGN: Address = "0x0000000000000000000000000000000000000002";

/** A chain on which the factory made one index. */
const client = createClient({
  chain: mainnet as Chain,
  transport: custom({
    request: async ({ params }: { params: [{ to: Address; data: Hex }] }) => {
      const [{ to, data }] = params;
      const { functionName, args } = decodeFunctionData({ abi: indexFactoryAbi, data });
      expect([to, functionName]).to.deep.equal([FACTORY, "isIndex"]);
      return encodeAbiParameters([{ type: "bool" }], [args?.[0] === MADE]);
    },
  }),
}) as ChainClient;

describe("an address that is said to be an index", () => {
  it("is one only when the factory made it", async () => {
    await requireIndex(client, FACTORY, MADE);
    const error = await requireIndex(client, FACTORY, FOREIGN).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.be.instanceOf(NotAnIndexError);
    expect((error as NotAnIndexError).shortMessage)
      .to.contain(FOREIGN)
      .and.to.contain("no index");
  });
});

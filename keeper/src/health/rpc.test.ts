import { expect } from "chai";
import { createPublicClient, http } from "viem";
import { type FakeReceiver, startFakeReceiver } from "./fakeReceiver.fixture.ts";
import type { RpcEvent } from "./observer.ts";
import { observedTransport } from "./rpc.ts";

describe("observedTransport", () => {
  let fakeNode: FakeReceiver;
  let told: RpcEvent[];

  beforeEach(async () => {
    fakeNode = await startFakeReceiver();
    told = [];
  });
  afterEach(() => fakeNode.close());

  const client = () => {
    const observer = { tell: (event: { readonly kind: string }) => told.push(event as RpcEvent) };
    const transport = observedTransport(http(fakeNode.url, { retryCount: 0 }), "node-1", observer);
    return createPublicClient({ transport });
  };

  it("default: tells node, method and time of a call that was answered", async () => {
    fakeNode.bodies.push('{"jsonrpc":"2.0","id":1,"result":"0x2a"}');
    expect(await client().getBlockNumber()).to.equal(42n);
    expect(told).to.have.length(1);
    expect(told[0]).to.deep.include({ kind: "rpc", node: "node-1", method: "eth_blockNumber", failure: null });
    expect(told[0]?.seconds).to.be.within(0, 60);
  });

  it("behavior: a refusal by the chain is an answer", async () => {
    fakeNode.bodies.push('{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted"}}');
    const call = client().call({ to: "0x00000000000000000000000000000000000000aa" });
    expect(await call.catch(() => "refused")).to.equal("refused");
    expect(told.map(({ failure }) => failure)).to.deep.equal([null]);
  });

  it("behavior: a node that fails, or has had enough, is told of without its address", async () => {
    fakeNode.answers.push(503);
    await client()
      .getBlockNumber()
      .catch(() => {});
    fakeNode.bodies.push('{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}');
    await client()
      .getChainId()
      .catch(() => {});
    expect(told.map(({ method }) => method)).to.deep.equal(["eth_blockNumber", "eth_chainId"]);
    for (const { failure } of told) expect(failure).to.be.a("string").and.not.contain(fakeNode.url);
  });
});

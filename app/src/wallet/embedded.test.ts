import { expect } from "chai";
import { type Address, type Chain, type Hex, stringToHex, verifyMessage } from "viem";
import { mainnet, optimism } from "viem/chains";
import { type Approver, embeddedWallet, type SigningRequest } from "./embedded.ts";

const KEY: Hex = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const OWNER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const STRANGER: Address = "0x0000000000000000000000000000000000000001";

/** Somebody who answers when the test says so. */
class Person implements Approver {
  readonly asked: { request: SigningRequest; answer: (agreed: boolean) => void }[] = [];
  unlocks = 0;

  unlock = async () => {
    this.unlocks++;
    return KEY;
  };
  confirm = (request: SigningRequest) =>
    new Promise<boolean>((answer) => {
      this.asked.push({ request, answer });
    });
}

async function open() {
  const person = new Person();
  const config = { chains: [mainnet, optimism] as readonly Chain[], emitter: { emit: () => {} } };
  const connector = embeddedWallet(person)(config as never);
  const { accounts } = await connector.connect({ chainId: mainnet.id });
  expect(accounts).to.deep.equal([OWNER]);
  const { request } = await connector.getProvider();
  const ask = (method: string, ...params: unknown[]): Promise<Hex> => request({ method, params });
  return { person, connector, ask };
}

/** Turns of the event loop, enough for everything that waits for nobody. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => "",
    (error: Error & { details?: string }) => `${error.message} ${error.details ?? ""}`,
  );
const typed = (domain: object) =>
  JSON.stringify({ domain, types: { A: [{ name: "b", type: "uint256" }] }, primaryType: "A", message: { b: "1" } });

describe("the embedded wallet", () => {
  it("asks one question after another, so that an answer is for what was shown", async () => {
    const { person, ask } = await open();
    const [first, second] = ["one", "two"].map((text) => ask("personal_sign", stringToHex(text), OWNER));
    await settle();
    expect(person.asked).to.have.length(1);
    expect(person.asked[0]?.request).to.deep.include({
      kind: "message",
      raw: stringToHex("one"),
      chainName: "Ethereum",
    });
    person.asked[0]?.answer(false);
    expect(await failureOf(first as Promise<Hex>)).to.contain("You refused to sign");
    await settle();
    expect(person.asked).to.have.length(2);
    person.asked[1]?.answer(true);
    expect(await verifyMessage({ address: OWNER, message: "two", signature: await (second as Promise<Hex>) })).to.equal(
      true,
    );
  });

  it("signs nothing for another chain or another account, and does not even ask", async () => {
    const { person, ask } = await open();
    const refused = [
      await failureOf(ask("eth_signTypedData_v4", OWNER, typed({ chainId: optimism.id }))),
      await failureOf(ask("eth_signTypedData_v4", STRANGER, typed({ chainId: mainnet.id }))),
      await failureOf(ask("eth_signTypedData_v4", OWNER, "{")),
      await failureOf(ask("personal_sign", "0x00", STRANGER)),
      await failureOf(ask("eth_sendTransaction", { from: STRANGER, to: STRANGER })),
      await failureOf(ask("eth_sendTransaction", { from: OWNER, to: STRANGER, chainId: "0xa" })),
    ];
    expect(refused.map((words) => /meant for chain|no key of|no typed data/.exec(words)?.[0])).to.deep.equal([
      ...["meant for chain", "no key of", "no typed data", "no key of", "no key of", "meant for chain"],
    ]);
    expect(person.asked).to.have.length(0);
    const fine = ask("eth_signTypedData_v4", OWNER, typed({ chainId: mainnet.id }));
    await settle();
    person.asked[0]?.answer(true);
    expect(await fine).to.match(/^0x[0-9a-f]{130}$/);
  });

  it("is closed by disconnecting, also while it asks", async () => {
    const { person, connector, ask } = await open();
    const signing = ask("personal_sign", stringToHex("one"), OWNER);
    await settle();
    await connector.disconnect();
    person.asked[0]?.answer(true);
    expect(await failureOf(signing)).to.contain("You refused to sign");
    expect(await connector.getAccounts()).to.deep.equal([]);
    await connector.connect({});
    expect(person.unlocks).to.equal(2);
  });
});

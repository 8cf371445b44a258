import { expect } from "chai";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { bearer, post, signIn } from "../access/access.fixture.ts";
import { ACCESS_LIMITS } from "../access/limits.ts";
import { bodyOf, testApp } from "../app.fixture.ts";
import { ROUTES } from "../app.ts";
import { type FakeModel, startFakeModel } from "../assistant/fakeModel.fixture.ts";
import { readTools, runTool } from "../mcp/tools.ts";
import { PAYER, START, sellingContext } from "./credits.fixture.ts";

const BACKTEST = { strategy: "top10", from: "2022-01-01", to: "2022-02-01", market: "simulated" };
const PLAN = { plan: 0n, services: 0b1000n, creditsPerDay: 100n, endsAt: START + 100_000 };

describe("who pays", () => {
  let model: FakeModel;
  before(async () => {
    model = await startFakeModel();
  });
  after(() => model.close());

  it("is whoever asks the assistant, never the account that a question is about", async () => {
    const languageModel = { baseUrl: model.url, model: "fake", key: null, timeout: 5_000 };
    const { context, pass, book } = await sellingContext(1_000, { languageModel });
    const fetch = testApp(context);
    pass.running = [PLAN];
    const charged: string[] = [];
    const usePlan = book.usePlan.bind(book);
    book.usePlan = async (...parts) => {
      charged.push(parts[0]);
      return usePlan(...parts);
    };
    const ask = async (token?: string) => {
      model.turns = [{ call: [{ name: "backtest", args: JSON.stringify(BACKTEST) }] }, { say: "Nothing." }];
      const response = await fetch(
        "/v1/assistant",
        post({ question: "Explain drift.", account: PAYER.address }, token),
      );
      expect(response.status).to.equal(200);
      return model.asked.at(-1).messages.at(-1).content as string;
    };
    // The simulator of this test is switched off.
    for (let free = 0; free < 2; free++) expect(await ask()).to.contain("switched off");
    expect(await ask()).to.contain("What is free is used up");
    expect(charged).to.deep.equal([]);
    expect(await ask((await signIn(fetch, PAYER)).token)).to.contain("switched off");
    expect(charged).to.deep.equal([PAYER.address]);
  });

  it("is a network address as long as its accounts have no tier: signing in again and again brings no free simulation", async () => {
    const { context } = await sellingContext(1_000);
    const fetch = testApp(context);
    const simulate = async () => {
      const { token } = await signIn(fetch, privateKeyToAccount(generatePrivateKey()));
      const { headers } = bearer(token);
      const asked = post(BACKTEST);
      const response = await fetch("/v1/simulations/backtest", { ...asked, headers: { ...asked.headers, ...headers } });
      return (await bodyOf(response)).code;
    };
    const codes = [await simulate(), await simulate(), await simulate(), await simulate()];
    expect(codes).to.deep.equal(["UNAVAILABLE", "UNAVAILABLE", "PAYMENT_REQUIRED", "PAYMENT_REQUIRED"]);
  });

  it("is an account with a tier by itself, and somebody else is not asked to wait for it", async () => {
    const { context } = await sellingContext(1_000);
    const tool = readTools(ROUTES).find(({ route }) => route.id === "runBacktest");
    if (tool === undefined) throw new Error("There is no such tool.");
    const codeOf = (client: string) =>
      runTool(context, tool, BACKTEST, { account: PAYER.address, tier: 1, client }).catch((error) => error.code);
    for (let free = 0; free < 2; free++) expect(await codeOf(PAYER.address)).to.equal("UNAVAILABLE");
    expect(await codeOf(PAYER.address)).to.equal("PAYMENT_REQUIRED");
    expect(await codeOf("192.0.2.1")).to.equal("UNAVAILABLE");
  });

  it("may try so often only, all networks of one customer together", async () => {
    const { context } = await sellingContext(0);
    const { access } = context;
    const from = (network: number) => ({
      socketAddress: `2001:db8:7:${network.toString(16)}::1`,
      forwardedFor: undefined,
    });
    const { paid, paidNetwork } = ACCESS_LIMITS;
    for (let network = 0; network * paid.quota < paidNetwork.quota; network++) {
      for (let tried = 0; tried < paid.quota; tried++)
        expect(access.admitPayment(from(network)).isAllowed).to.equal(true);
      expect(access.admitPayment(from(network)).isAllowed).to.equal(false);
    }
    expect(access.admitPayment(from(0xffff))).to.include({ isAllowed: false, limit: paidNetwork });
    expect(access.admitPayment({ socketAddress: "2001:db8:8::1", forwardedFor: undefined }).isAllowed).to.equal(true);
  });
});

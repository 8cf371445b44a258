import { expect } from "chai";
import { bodyOf, testApp } from "../app.fixture.ts";
import { HistoryUnavailableError } from "../history/errors.ts";
import { emptyContext, fixtureWorld, type World } from "../world.fixture.ts";

describe("POST /v1/assistant", () => {
  let world: World;
  let request: ReturnType<typeof testApp>;
  before(async () => {
    world = await fixtureWorld();
    request = testApp(world.context);
  });

  const ask = async (body: object) =>
    bodyOf(
      request("/v1/assistant", {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    );
  const answer = async (question: string) => (await ask({ question })).data;

  it("answers from the keeper's journal and the index, with citations", async () => {
    const newest = world.hashes.at(-1) ?? "";
    const body = await ask({ question: "Why did the index rebalance?" });
    expect(body.asOfBlock).to.equal(200);
    expect(body.data.intent).to.equal("rebalance");
    expect(body.data.answer).to.contain(`decision ${newest}`);
    expect(body.data.citations[0]).to.deep.equal({ kind: "decision", hash: newest, href: `/v1/decisions/${newest}` });
    const cited = await request(body.data.citations[0].href);
    expect(cited.status).to.equal(200);
  });

  it("tells a trade with its proposal and its fill", async () => {
    const { answer: text, citations } = await answer("why did Big Three sell BTC today?");
    expect(text).to.contain(`Proposed in transaction ${world.proposal}`);
    expect(text).to.contain(`gave 1.5 BTC for 2 ETH (${world.fill})`);
    expect(citations.map(({ hash }: { hash: string }) => hash)).to.include.members([world.proposal, world.fill]);
  });

  it("knows tokens by the names that people use", async () => {
    expect((await answer("why did Big Three buy Ethereum")).answer).to.match(/ ETH /);
  });

  it("knows tokens by the names of the decisions, where the chain spells them otherwise", async () => {
    const { history } = world.context;
    const tokens = async () => (await history.tokens()).map((token) => ({ ...token, symbol: `w${token.symbol}` }));
    const spelled = { ...world.context, history: Object.assign(Object.create(history), { tokens }) };
    const body = JSON.stringify({ question: "why did Big Three sell BTC today?" });
    const headers = { "content-type": "application/json" };
    const { data } = await bodyOf(testApp(spelled)("/v1/assistant", { method: "POST", body, headers }));
    expect(data.answer).to.contain(`Proposed in transaction ${world.proposal}`);
  });

  it("tells holdings, fees, performance and what is under way", async () => {
    expect((await answer("what does it hold?")).answer).to.contain("holds 4 tokens, worth 100000 USD together");
    expect((await answer("what fees does it take?")).answer).to.contain("streaming fee, as new shares: 0.995% a year");
    expect((await answer("how is it doing against BTC?")).answer).to.match(
      /: \+25\.00%\.\nBTC in the same time: not on record\./,
    );
    const next = (await answer("when is the next rebalance?")).answer;
    expect(next)
      .to.match(/Nothing on record says when/)
      .and.to.match(/is trading now, until/);
  });

  it("says that there are no tiers without governance, and no claims without any", async () => {
    const account = "0x00000000000000000000000000000000000000bb";
    expect((await ask({ question: "what is my tier?", account })).data.answer).to.contain("has no governance");
    expect((await ask({ question: "what is my next claim?", account })).data.answer).to.contain("nothing to claim now");
  });

  it("refuses what is no question", async () => {
    for (const body of [
      {},
      { question: "" },
      { question: "x".repeat(501) },
      { question: "x", more: 1 },
      { question: 5 },
    ]) {
      expect((await ask(body)).code, JSON.stringify(body)).to.equal("REQUEST_INVALID");
    }
    const broken = await request("/v1/assistant", { method: "POST", body: "{" });
    expect(broken.status).to.equal(400);
  });

  it("says that the index is down when it is, instead of an answer without it", async () => {
    const { context } = world;
    const history = {
      ...context.history,
      vaults: async () => {
        throw new HistoryUnavailableError("the index is down");
      },
    };
    const down = testApp({ ...context, history });
    const response = await down("/v1/assistant", { method: "POST", body: '{"question":"what does it hold?"}' });
    expect(response.status).to.equal(503);
  });
});

describe("GET /v1/glossary", () => {
  it("gives all words, or one, or says which are near", async () => {
    const request = testApp(await emptyContext());
    expect((await bodyOf(request("/v1/glossary"))).data.length).to.be.greaterThan(100);
    expect((await bodyOf(request("/v1/glossary?term=drift"))).data).to.deep.equal([
      { term: "drift", meaning: "Difference between the weights held and the weights wanted." },
    ]);
    const lost = await bodyOf(request("/v1/glossary?term=drifft"));
    expect(lost).to.deep.include({ code: "NOT_FOUND", near: ["drift"] });
  });
});

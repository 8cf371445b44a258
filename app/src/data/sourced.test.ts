import { expect } from "chai";
import { ApiError, createApi } from "./api.ts";
import { fromApiOrChain } from "./sourced.ts";

const answer = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status });
const chain = async () => ({ data: "chain", asOf: 2 });
const parts = { chain, missing: ["holders"] };

describe("where data comes from", () => {
  it("is the API while it answers, and the chain when it is down or has none", async () => {
    const api = async () => ({ data: "api", asOf: 1 });
    expect(await fromApiOrChain({ ...parts, api })).to.deep.equal({ data: "api", asOf: 1, source: "api", missing: [] });
    for (const failing of [undefined, () => Promise.reject(new ApiError(503, "UNAVAILABLE", "down"))]) {
      const found = await fromApiOrChain({ ...parts, api: failing });
      expect(found).to.deep.equal({ data: "chain", asOf: 2, source: "chain", missing: ["holders"] });
    }
  });

  it("is not the chain when the API refuses: that is an answer", async () => {
    const refusing = () => Promise.reject(new ApiError(404, "NOT_FOUND", "There is no such index."));
    const failure = await fromApiOrChain({ ...parts, api: refusing }).catch((error: unknown) => error);
    expect((failure as ApiError).code).to.equal("NOT_FOUND");
  });
});

describe("asking the API", () => {
  it("fills paths and queries, and leaves out what is not given", async () => {
    const asked: string[] = [];
    const api = createApi("http://api.test", async (url) => {
      asked.push(String(url));
      return answer(200, { data: [] })();
    });
    await api.get("/v1/indices/{address}/rebalances", { address: "0x1/2", limit: 5, cursor: undefined });
    expect(asked).to.deep.equal(["http://api.test/v1/indices/0x1%2F2/rebalances?limit=5"]);
  });

  it("throws the API's own words, and says when nobody answers", async () => {
    const problem = { code: "UNAVAILABLE", detail: "The index is not there.", missing: ["indexer"] };
    const refused = await createApi("http://api.test", answer(503, problem))
      .get("/v1/indices")
      .catch((e: unknown) => e);
    expect(refused).to.include({ status: 503, code: "UNAVAILABLE", message: "The index is not there." });
    expect((refused as ApiError).missing).to.deep.equal(["indexer"]);
    const silent = createApi("http://api.test", () => Promise.reject(new TypeError("fetch failed")));
    expect(await silent.get("/v1/indices").catch((e: unknown) => e)).to.include({ status: 0, code: "UNREACHABLE" });
  });
});

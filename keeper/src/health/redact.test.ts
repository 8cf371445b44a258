import { Writable } from "node:stream";
import { expect } from "chai";
import { HttpRequestError } from "viem";
import { correlate, correlated } from "./correlation.ts";
import { createLogger } from "./logger.ts";
import { createRedactor } from "./redact.ts";

const KEY = `0x${"ab12".repeat(16)}`;
const HASH = `0x${"cd34".repeat(16)}`;
const ADDRESS = `0x${"0f".repeat(20)}`;

describe("createRedactor", () => {
  const redact = createRedactor([KEY, "pass", "a longer phrase"]);
  const cases: readonly (readonly [what: string, text: string, plain: string])[] = [
    ["a known key, with and without 0x", `${KEY} ${KEY.slice(2)}`, "[hidden] [hidden]"],
    ["a known phrase", "it was a longer phrase.", "it was [hidden]."],
    ["user and password", "http://me:secret@node.example:8545/rpc", "http://[hidden]@node.example:8545/rpc"],
    ["a key in a path", "https://eth.example/v2/Xy12345678901234567890ab", "https://eth.example/v2/[hidden]"],
    ["a key of letters alone", `https://eth.example/${"a".repeat(32)}/rpc`, "https://eth.example/[hidden]/rpc"],
    ["values of a query", "https://x.example/a?apikey=1&b=2", "https://x.example/a?apikey=[hidden]&b=[hidden]"],
    [
      "a webhook",
      "https://hooks.example/services/T0/B0/abcDEF123456ghiJKL789",
      "https://hooks.example/services/T0/B0/[hidden]",
    ],
    [
      "a field of a secret's name",
      '{"password":"a\\"b","signer_private_key":"1"}',
      '{"password":"[hidden]","signer_private_key":"[hidden]"}',
    ],
    ["a token that is no contract", '{"token":"abc"}', '{"token":"[hidden]"}'],
    ["a header", "authorization: Bearer abcdefgh12345678", "authorization: Bearer [hidden]"],
  ];
  for (const [what, text, plain] of cases) it(`default: hides ${what}`, () => expect(redact(text)).to.equal(plain));

  const harmless: readonly (readonly [what: string, text: string])[] = [
    ["hashes and addresses", `{"decision":"${HASH}","vault":"${ADDRESS}","token":"${ADDRESS}"}`],
    ["a plain node", "http://127.0.0.1:8545/ and https://node.example/rpc/v1"],
    ["a public page", `https://scan.example/tx/${HASH}`],
    ["a secret that is too short to be one", "to pass by"],
    ["words", "The gas token was bought; its key level held. Basic facts are known."],
  ];
  for (const [what, text] of harmless) it(`behavior: leaves ${what}`, () => expect(redact(text)).to.equal(text));
});

describe("createLogger", () => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (line, _, done) => {
      lines.push(String(line));
      done();
    },
  });
  const logger = createLogger({ level: "info", redact: createRedactor([KEY]), destination });
  beforeEach(() => lines.splice(0));
  const last = () => JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown>;

  it("default: hides secrets wherever they stand: in fields, in errors of libraries, in the message", () => {
    const url = "https://eth.example/v2/Xy12345678901234567890ab";
    const error = new HttpRequestError({ url, body: { method: "eth_call" }, details: KEY });
    logger.error(
      { error: error.message, nested: { rpcUrl: url }, err: error, password: "open sesame" },
      `${KEY} at ${url}`,
    );
    expect(lines.join("")).to.not.match(/Xy123456|ab12ab12|sesame/);
    expect(last()).to.deep.include({ msg: "[hidden] at https://eth.example/v2/[hidden]", password: "[hidden]" });
  });

  it("behavior: amounts are texts", () => {
    logger.info({ wei: 10n ** 20n }, "paid");
    expect(last()["wei"]).to.equal("100000000000000000000");
  });

  it("behavior: every line of a round carries its vault, one trace id, and what became known of it", async () => {
    await Promise.all(
      ["0x1", "0x2"].map((vault) =>
        correlated({ vault }, async () => {
          logger.info({}, "begins");
          await new Promise((resolve) => setImmediate(resolve));
          correlate({ decision: `of ${vault}`, epoch: 7 });
          await new Promise((resolve) => setImmediate(resolve));
          logger.info({ own: true }, "ends");
        }),
      ),
    );
    logger.info({}, "outside");
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const of = (vault: string) => told.filter((line) => line["vault"] === vault);
    expect(of("0x1").map(({ msg, decision, epoch }) => [msg, decision, epoch])).to.deep.equal([
      ["begins", undefined, undefined],
      ["ends", "of 0x1", 7],
    ]);
    expect(of("0x2").at(-1)).to.deep.include({ decision: "of 0x2", own: true });
    const traces = ["0x1", "0x2"].map((vault) => [...new Set(of(vault).map(({ trace }) => trace))]);
    expect(traces.map((list) => list.length)).to.deep.equal([1, 1]);
    expect(traces[0]?.[0])
      .to.match(/^[0-9a-f]{32}$/)
      .and.not.equal(traces[1]?.[0]);
    expect(told.at(-1)).to.not.have.any.keys("vault", "trace", "decision");
  });
});

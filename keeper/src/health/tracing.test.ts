import { expect } from "chai";
import { ConfigError } from "../errors.ts";
import { correlated, correlation } from "./correlation.ts";
import { type FakeReceiver, startFakeReceiver } from "./fakeReceiver.fixture.ts";
import { inSpan, inSpanSync } from "./spans.ts";
import { startTracing } from "./tracing.ts";

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentSpan["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

describe("startTracing", () => {
  let fakeCollector: FakeReceiver;
  const before = process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];

  beforeEach(async () => {
    fakeCollector = await startFakeReceiver();
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = fakeCollector.url;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    else process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = before;
    await fakeCollector.close();
  });

  const sent = () => fakeCollector.received.map(({ body }) => JSON.parse(body) as Sent);
  const spans = () =>
    sent().flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((all) => all.spans)),
    );

  /** A round in its shape: what is inside of what. */
  const round = (vault: string) =>
    correlated({ vault }, () =>
      inSpan("round", { vault }, async (span) => {
        await inSpan("observation", {}, () => inSpan("training", { spec: "small" }, async () => {}));
        inSpanSync("decision", {}, () => {});
        await inSpan("proposal", {}, async () => {
          for (const step of ["signing", "sending", "confirmation"] as const) {
            await inSpan(step, {}, () => new Promise<void>((resolve) => setImmediate(resolve)));
          }
        });
        return { trace: correlation().trace, own: span.spanContext().traceId };
      }),
    );

  it("default: the collector gets the spans of each round, children in their parents, rounds apart", async () => {
    const tracing = startTracing({ ...process.env, OTEL_SERVICE_NAME: undefined });
    const ids = await Promise.all([round("0x1"), round("0x2")]);
    await tracing.flush();
    await tracing.close();
    expect(fakeCollector.received[0]).to.deep.include({ method: "POST", path: "/v1/traces" });
    const all = spans();
    for (const [i, vault] of ["0x1", "0x2"].entries()) {
      const own = all.filter(({ traceId }) => traceId === ids[i]?.own);
      const nameOf = new Map(own.map(({ spanId, name }) => [spanId, name]));
      expect(own.map(({ name, parentSpanId }) => [name, nameOf.get(parentSpanId ?? "") ?? null])).to.have.deep.members([
        ["round", null],
        ["observation", "round"],
        ["training", "observation"],
        ["decision", "round"],
        ["proposal", "round"],
        ["signing", "proposal"],
        ["sending", "proposal"],
        ["confirmation", "proposal"],
      ]);
      const root = own.find(({ name }) => name === "round");
      expect(root?.attributes).to.deep.include({ key: "vault", value: { stringValue: vault } });
      expect(ids[i]?.trace, "the log's trace id").to.equal(root?.traceId);
    }
    expect(sent()[0]?.resourceSpans[0]?.resource.attributes).to.deep.include({
      key: "service.name",
      value: { stringValue: "gimbal-keeper" },
    });
  });

  it("behavior: a failure is in its span without addresses of nodes, and goes on to the caller", async () => {
    const tracing = startTracing();
    const error = new Error("https://node.example/v2/Xy12345678901234567890ab refused\nURL: more");
    const thrown = await inSpan("observation", {}, () => Promise.reject(error)).catch((caught: unknown) => caught);
    await tracing.close();
    expect(thrown).to.equal(error);
    expect(spans()[0]?.status).to.deep.equal({ code: 2, message: "https://node.example/v2/[hidden] refused" });
  });

  it("behavior: without a collector, or switched off, work runs and nothing is sent", async () => {
    for (const environment of [{}, { ...process.env, OTEL_SDK_DISABLED: "true" }]) {
      const tracing = startTracing(environment);
      expect(await inSpan("round", {}, async () => 7)).to.equal(7);
      await tracing.close();
      expect(tracing.isOn).to.equal(false);
    }
    expect(fakeCollector.received).to.have.length(0);
  });

  it("behavior: the sampler of the environment decides what is kept", async () => {
    const tracing = startTracing({
      ...process.env,
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0",
    });
    await round("0x1");
    await tracing.close();
    expect(fakeCollector.received).to.have.length(0);
  });

  it("error: names a setting that cannot be followed", () => {
    for (const [name, value] of [
      ["OTEL_TRACES_SAMPLER", "sometimes"],
      ["OTEL_TRACES_SAMPLER_ARG", "2"],
      ["OTEL_BSP_SCHEDULE_DELAY", "-1"],
    ]) {
      expect(() => startTracing({ ...process.env, [name!]: value }), name).to.throw(ConfigError, name);
    }
  });
});

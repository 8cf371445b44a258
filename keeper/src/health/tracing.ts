import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { ConfigError } from "../errors.ts";
import { TRACER } from "./spans.ts";

/** Sends what is still held, and stops. */
export interface Tracing {
  readonly isOn: boolean;
  flush(): Promise<void>;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const OFF: Tracing = { isOn: false, flush: async () => {}, close: async () => {} };

/**
 * Sends spans to an OpenTelemetry collector (OTLP over HTTP) when OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
 * is set; else spans cost next to nothing and go nowhere. The exporter reads the other OTEL_EXPORTER_OTLP_* by itself;
 * OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER(_ARG), OTEL_SDK_DISABLED and OTEL_BSP_* are honoured.
 */
export function startTracing(environment: Environment = process.env): Tracing {
  const endpoint = environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  const isDisabled = environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true";
  if (!endpoint || isDisabled || environment["OTEL_TRACES_EXPORTER"] === "none") return OFF;

  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter(),
    scheduledDelayMillis: count(environment, "OTEL_BSP_SCHEDULE_DELAY", 5_000),
    maxQueueSize: count(environment, "OTEL_BSP_MAX_QUEUE_SIZE", 2_048),
    maxExportBatchSize: count(environment, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512),
  });
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": TRACER }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({ resource, sampler: samplerOf(environment), spanProcessors: [processor] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    isOn: true,
    flush: () => provider.forceFlush(),
    close: async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
    },
  };
}

function count(environment: Environment, name: string, otherwise: number): number {
  const text = environment[name];
  if (text === undefined || text === "") return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError("A setting of the traces must be a whole number above 0. Correct it.", { [name]: text });
}

/** The samplers of the specification, by their names there. */
function samplerOf(environment: Environment): Sampler {
  const name = environment["OTEL_TRACES_SAMPLER"] || "parentbased_always_on";
  const ratio = Number(environment["OTEL_TRACES_SAMPLER_ARG"] || "1");
  if (!(ratio >= 0 && ratio <= 1)) {
    const details = { OTEL_TRACES_SAMPLER_ARG: environment["OTEL_TRACES_SAMPLER_ARG"] ?? "" };
    throw new ConfigError("The part of traces to keep must be between 0 and 1. Correct it.", details);
  }
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name.replace(/^parentbased_/, "")]?.();
  if (root === undefined) {
    const details = { OTEL_TRACES_SAMPLER: name, known: "always_on, always_off, traceidratio, each also parentbased_" };
    throw new ConfigError("There is no such sampler of traces. Correct it.", details);
  }
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

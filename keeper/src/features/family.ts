import type { DataPoint, FamilyId, FamilyKernel, FeatureFamily } from "./featureSpec.ts";
import { type PanelSeries, seriesOf } from "./panelSeries.ts";

/** A data point as its family declares it. */
export type PointSpec = Omit<DataPoint, "family" | "version" | "source" | "compared"> & {
  readonly version?: number; // 1 when left out
  readonly source?: string; // that of the family when left out
};

/** Data points that are computed in one go. */
export interface Group {
  readonly points: readonly PointSpec[];
  /** Its kernel writes one value for each point, in their order. */
  prepare(series: PanelSeries): FamilyKernel;
}

/** A family of features from groups that share arithmetic. What is not finite becomes missing. */
export function createFamily(
  id: FamilyId,
  defaults: { readonly source: string; readonly compared: DataPoint["compared"] },
  groups: readonly Group[],
): FeatureFamily {
  const features = groups.flatMap(({ points }) =>
    points.map((point) => Object.freeze({ family: id, version: 1, ...defaults, ...point })),
  );
  return Object.freeze<FeatureFamily>({
    id,
    features: Object.freeze(features),
    prepare: (panel) => {
      const series = seriesOf(panel);
      const parts: { kernel: FamilyKernel; at: number }[] = [];
      let at = 0;
      for (const group of groups) {
        parts.push({ kernel: group.prepare(series), at });
        at += group.points.length;
      }
      return (asset, day, out, offset) => {
        for (const part of parts) part.kernel(asset, day, out, offset + part.at);
        for (let i = offset; i < offset + features.length; i++) {
          if (!Number.isFinite(out[i] ?? Number.NaN)) out[i] = Number.NaN;
        }
      };
    },
  });
}

/** A group of one data point. */
export function single(point: PointSpec, compute: (series: PanelSeries, asset: number, day: number) => number): Group {
  return {
    points: [point],
    prepare: (series) => (asset, day, out, offset) => {
      out[offset] = compute(series, asset, day);
    },
  };
}

/** One group of one data point for each of several lengths. */
export function forEach<T>(
  items: readonly T[],
  point: (item: T) => PointSpec,
  compute: (item: T) => (series: PanelSeries, asset: number, day: number) => number,
): readonly Group[] {
  return items.map((item) => single(point(item), compute(item)));
}

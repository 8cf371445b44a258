import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";

/** One part of a whole. */
export interface Part {
  readonly id: string;
  readonly name: string;
  /** Its size, in any unit; the tile's area is in proportion. */
  readonly size: number;
  /** What stands under the name, with its unit: "12.3%". */
  readonly words: string;
  /** {bps} a change that colours the tile; null: not known. */
  readonly change: number | null;
}

/** A part with its rectangle {px}. */
export interface Placed {
  readonly part: Part;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Where each part lies in a rectangle {px}. Parts without a size have no place. */
export function tilesOf(parts: readonly Part[], width: number, height: number): readonly Placed[] {
  type Node = { readonly part?: Part; readonly children?: readonly Node[] };
  const sized = parts.filter(({ size }) => size > 0);
  const root = hierarchy<Node>({ children: sized.map((part) => ({ part })) })
    .sum(({ part }) => part?.size ?? 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Node>().tile(treemapSquarify).size([width, height]).paddingInner(2).round(true)(root);
  return laid.leaves().flatMap(({ data: { part }, x0, x1, y0, y1 }) => {
    return part === undefined ? [] : [{ part, x: x0, y: y0, w: x1 - x0, h: y1 - y0 }];
  });
}

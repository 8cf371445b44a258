import { type Part, type Placed, tilesOf } from "./tiles.ts";
import { useWidth } from "./useWidth.ts";

/** {px} */
const HEIGHT = 280;
/** {bps} from which on a tile has its full colour. */
const STRONG = 500;
/** {%} the most colour that a tile takes: its words must stay readable. */
const MOST_COLOUR = 38;

/** The parts of a whole as tiles: the larger the part, the larger the tile; green rose, red fell. */
export function Treemap({ label, parts }: { label: string; parts: readonly Part[] }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <title>{label}</title>
          {tilesOf(parts, width, HEIGHT).map((tile) => (
            <Tile key={tile.part.id} {...tile} />
          ))}
        </svg>
      )}
    </div>
  );
}

function Tile({ part, x, y, w, h }: Placed) {
  const { name, words, change } = part;
  const isRoomy = w > 7 * Math.max(name.length, words.length) + 12 && h > 44;
  const isWide = w > 8 * name.length + 8 && h > 20;
  return (
    <g>
      <title>{`${name}: ${words}`}</title>
      <rect x={x} y={y} width={w} height={h} rx={4} fill={fillOf(change)} />
      {(isRoomy || isWide) && (
        <text x={x + 8} y={y + (isRoomy ? 20 : 15)} fill="var(--text)" fontSize={13} fontWeight={600}>
          {name}
        </text>
      )}
      {isRoomy && (
        <text x={x + 8} y={y + 37} fill="var(--text)" fontSize={12} className="tabular-nums">
          {words}
        </text>
      )}
    </g>
  );
}

function fillOf(change: number | null): string {
  if (change === null || change === 0) return "var(--raised)";
  const part = Math.round((Math.min(Math.abs(change), STRONG) / STRONG) * MOST_COLOUR);
  return `color-mix(in srgb, var(${change > 0 ? "--gain" : "--loss"}) ${part}%, var(--raised))`;
}

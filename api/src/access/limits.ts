/** How many requests somebody may send: a bucket of `quota` that fills up again evenly within `window` seconds. */
export type AccessLimit = {
  /** Name of the policy in the RateLimit headers. */
  readonly name: string;
  /** {requests} that the full bucket holds */
  readonly quota: number;
  /** {s} until an empty bucket is full again */
  readonly window: number;
};

/** Limits of everybody: without a tier by network address, with one by account. */
export type AccessLimits = {
  /** Without a session, and with one whose account has no tier. */
  readonly free: AccessLimit;
  /** Of all addresses of one IPv6 network of 48 bits together, which is what one customer of a provider often gets. */
  readonly network: AccessLimit;
  /** Of requests that are paid for, or are to be, by network address. */
  readonly paid: AccessLimit;
  /** Of those of one IPv6 network of 48 bits together. */
  readonly paidNetwork: AccessLimit;
  /** Of the score tiers 1 to 10. */
  readonly tiers: readonly AccessLimit[];
};

const MINUTE = 60; // {s}

/** {requests/minute} of the score tiers 1 to 10. */
const PER_MINUTE = [240, 360, 480, 600, 900, 1_200, 1_800, 2_400, 3_600, 6_000] as const;

/** The one table of limits. A deployment may hand another one to the API. */
export const ACCESS_LIMITS: AccessLimits = Object.freeze({
  free: { name: "free", quota: 120, window: MINUTE },
  network: { name: "network", quota: 1_200, window: MINUTE },
  paid: { name: "paid", quota: 1_200, window: MINUTE },
  paidNetwork: { name: "paid-network", quota: 6_000, window: MINUTE },
  tiers: PER_MINUTE.map((quota, index) => ({ name: `tier-${index + 1}`, quota, window: MINUTE })),
});

/** The limit of a tier; the free one for tier 0. */
export function limitOf(limits: AccessLimits, tier: number): AccessLimit {
  return limits.tiers[tier - 1] ?? limits.free;
}

/** {requests} that a call counts as: what makes the node work hard counts for more than a read of the history. */
const COSTS: readonly (readonly [method: string, path: RegExp, cost: number])[] = [
  ["GET", /^\/v1\/quote$/, 10],
  ["POST", /^\/v1\/session$/, 10],
  ["GET", /^\/v1\/sales$/, 5],
  ["GET", /^\/v1\/(strategies|market\/listings)$/, 5],
  ["GET", /^\/v1\/accounts\/[^/]+\/(stake|activity|gains|gains\.csv)$/, 5],
];

/** {requests} that a call counts as; 1 unless it is listed. HEAD is worked out like GET and counts as much. */
export function costOf(method: string, path: string): number {
  const asked = method === "HEAD" ? "GET" : method;
  return COSTS.find(([listed, pattern]) => listed === asked && pattern.test(path))?.[2] ?? 1;
}

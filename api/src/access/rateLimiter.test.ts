import { expect } from "chai";
import { ACCESS_LIMITS, costOf, limitOf } from "./limits.ts";
import { RateLimiter, rateLimitHeaders } from "./rateLimiter.ts";

const LIMIT = { name: "free", quota: 6, window: 60 };

describe("rate limiter", () => {
  it("lets a full bucket through, then one request whenever its part of the window has passed", () => {
    const limiter = new RateLimiter();
    const counts = Array.from({ length: 6 }, () => limiter.take("a", LIMIT, 1, 100));
    expect(counts.every(({ isAllowed }) => isAllowed)).to.equal(true);
    expect(counts.map(({ remaining }) => remaining)).to.deep.equal([5, 4, 3, 2, 1, 0]);
    expect(limiter.take("a", LIMIT, 1, 100)).to.include({ isAllowed: false, remaining: 0, wait: 10 });
    expect(limiter.take("a", LIMIT, 1, 109.9).isAllowed).to.equal(false);
    expect(limiter.take("a", LIMIT, 1, 110).isAllowed).to.equal(true);
    expect(limiter.take("a", LIMIT, 1, 110).isAllowed).to.equal(false);
    expect(limiter.take("b", LIMIT, 1, 110).isAllowed).to.equal(true);
  });

  it("never holds more than the quota, however long nobody asked", () => {
    const limiter = new RateLimiter();
    limiter.take("a", LIMIT, 6, 0);
    expect(limiter.take("a", LIMIT, 1, 1e9).remaining).to.equal(5);
  });

  it("counts what costs more for more, and takes nothing from who is refused", () => {
    const limiter = new RateLimiter();
    limiter.take("a", LIMIT, 4, 0);
    expect(limiter.take("a", LIMIT, 5, 0)).to.include({ isAllowed: false, remaining: 2, wait: 30 });
    expect(limiter.take("a", LIMIT, 2, 0).isAllowed).to.equal(true);
    expect(limiter.take("new", LIMIT, 100, 0).isAllowed).to.equal(true);
    expect(limiter.take("new", LIMIT, 100, 59).isAllowed).to.equal(false);
    expect(limiter.take("new", LIMIT, 100, 60).isAllowed).to.equal(true);
  });

  it("says when to come back, so that who waits that long is let in", () => {
    const limiter = new RateLimiter();
    for (let seed = 1; seed < 200; seed++) {
      const limit = { name: "x", quota: 1 + (seed % 17), window: 1 + ((seed * 7) % 90) };
      const cost = 1 + (seed % limit.quota);
      const key = String(seed);
      const now = 1_795_000_000 + seed / 7;
      limiter.take(key, limit, limit.quota, now);
      const { isAllowed, wait } = limiter.take(key, limit, cost, now);
      expect(isAllowed).to.equal(false);
      expect(limiter.take(key, limit, cost, now + wait).isAllowed, `seed ${seed}`).to.equal(true);
    }
  });

  it("fills nothing when the clock runs backwards", () => {
    const limiter = new RateLimiter();
    limiter.take("a", LIMIT, 6, 1_000);
    expect(limiter.take("a", LIMIT, 1, 0).isAllowed).to.equal(false);
  });

  it("keeps no more than so many buckets, and drops the one that was used longest ago", () => {
    const limiter = new RateLimiter(3);
    for (const key of ["a", "b", "c"]) limiter.take(key, LIMIT, 6, 0);
    limiter.take("a", LIMIT, 1, 0);
    limiter.take("d", LIMIT, 1, 0);
    expect(limiter.size).to.equal(3);
    expect(limiter.take("a", LIMIT, 1, 0).isAllowed).to.equal(false);
    expect(limiter.take("b", LIMIT, 1, 0).isAllowed).to.equal(true);
  });

  it("writes the fields of the draft", () => {
    const limiter = new RateLimiter();
    expect(rateLimitHeaders(limiter.take("a", LIMIT, 1, 0))).to.deep.equal({
      "RateLimit-Policy": '"free";q=6;w=60',
      RateLimit: '"free";r=5;t=10',
    });
    limiter.take("a", LIMIT, 5, 0);
    expect(rateLimitHeaders(limiter.take("a", LIMIT, 2, 0))).to.deep.equal({
      "RateLimit-Policy": '"free";q=6;w=60',
      RateLimit: '"free";r=0;t=20',
      "Retry-After": "20",
    });
  });

  it("has one table, in which a higher tier brings more", () => {
    const quotas = Array.from({ length: 11 }, (_, tier) => limitOf(ACCESS_LIMITS, tier).quota);
    expect(quotas).to.deep.equal([...quotas].sort((a, b) => a - b));
    expect(new Set(quotas).size).to.equal(11);
    expect(limitOf(ACCESS_LIMITS, 10).name).to.equal("tier-10");
    expect(limitOf(ACCESS_LIMITS, 99)).to.equal(ACCESS_LIMITS.free);
    expect([costOf("GET", "/v1/quote"), costOf("POST", "/v1/session"), costOf("GET", "/v1/session")]).to.deep.equal([
      10, 10, 1,
    ]);
  });
});

import { indexLensAbi, revenueDistributorAbi } from "@gimbal/sdk";
import { expect } from "chai";
import {
  type Address,
  createPublicClient,
  custom,
  decodeFunctionData,
  encodeFunctionResult,
  type Hex,
  HttpRequestError,
  isAddressEqual,
} from "viem";
import { FIXTURE_DEPLOYMENT } from "../app.fixture.ts";
import { fixtureHistory } from "../history/history.fixture.ts";
import { ALICE, BOB, INDEX, NOW, OTHER_INDEX, TOKEN } from "./events.fixture.ts";
import { type FigureSources, LiveFigures } from "./figures.ts";
import type { FigureRule } from "./rules.ts";

type Rows = NonNullable<Parameters<typeof fixtureHistory>[0]>;

const USDC: Address = "0x00000000000000000000000000000000000000c3";
const UNKNOWN: Address = "0x00000000000000000000000000000000000000c4";
const DISTRIBUTOR: Address = "0x00000000000000000000000000000000000000d1";
const ESCROW: Address = "0x00000000000000000000000000000000000000d2";
const DAY = 86_400;
const stamp = { block: 1, time: NOW - 90 * DAY, transaction: "0x" };

/** 1,234.5 dollars a share, and another index of which one token has no price. */
const ROWS = {
  head: { chainId: 31337, block: 9, time: NOW },
  tokens: [
    { address: TOKEN, symbol: "WETH", decimals: 18 },
    { address: USDC, symbol: "USDC", decimals: 6 },
  ],
  vaults: [
    { ...stamp, address: INDEX, name: "Majors", symbol: "MAJ", nav: nav(1_234_500_000_000_000_000_000n) },
    { ...stamp, address: OTHER_INDEX, name: "Others", symbol: "OTH", nav: nav(10n ** 18n, [TOKEN]) },
  ],
} as unknown as Rows;

function nav(perShare: bigint, unpriced: readonly Address[] = []) {
  return { ...stamp, perShare, unpriced };
}

/** A chain whose lens says a drift of 5.25 %, and whose distributor owes Alice 2.5 WETH and 1.25 USDC. */
function chain() {
  const request = async ({ method, params }: { method: string; params: readonly [{ to: Address; data: Hex }] }) => {
    if (method !== "eth_call") return "0x9";
    const [{ to, data }] = params;
    if (to === FIXTURE_DEPLOYMENT.contracts["IndexLens"]) {
      const { args } = decodeFunctionData({ abi: indexLensAbi, data });
      expect(args.map((arg) => String(arg).toLowerCase())).to.deep.equal([INDEX]);
      return encodeFunctionResult({ abi: indexLensAbi, functionName: "weights", result: [[], 525n] });
    }
    expect(isAddressEqual(to, DISTRIBUTOR)).to.equal(true);
    const { args } = decodeFunctionData({ abi: revenueDistributorAbi, data });
    const [account, token] = (args as readonly Address[]).map((arg) => arg.toLowerCase());
    const owed: Readonly<Record<string, bigint>> = {
      [TOKEN]: 25n * 10n ** 17n,
      [USDC]: 1_250_000n,
      [INDEX]: 5n * 10n ** 18n,
    };
    const result = account === ALICE ? (owed[token ?? ""] ?? 0n) : 0n;
    return encodeFunctionResult({ abi: revenueDistributorAbi, functionName: "claimable", result });
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 });
}

/** A node that is down. */
function deadChain() {
  const request = async () => {
    throw new HttpRequestError({ url: "http://127.0.0.1:0", details: "There is no node in this test." });
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
}

const NAMES = ["GovernanceToken", "VotingEscrow", "ScoreRegistry", "FeeSplitter", "Buyback", "Compounder"];
const MORE = ["MerkleAirdrop", "SaleRoundFactory", "IndexGovernor", "IndexTimelock", "OptimisticModule"];
const dao = Object.fromEntries([...NAMES, ...MORE].map((name) => [name, ESCROW]));
const contracts = { ...FIXTURE_DEPLOYMENT.contracts, ...dao, RevenueDistributor: DISTRIBUTOR };
const DEPLOYMENT = { ...FIXTURE_DEPLOYMENT, contracts };

function figuresOf(over: Partial<FigureSources> = {}): LiveFigures {
  const history = fixtureHistory(ROWS);
  return new LiveFigures({
    ...{ client: chain(), deployment: DEPLOYMENT, history, grades: null, clock: () => NOW },
    ...over,
  });
}

const price = (index: Address): FigureRule => ({ kind: "price", index, when: "below", value: 1 });
const claimable = (token: Address): FigureRule => ({ kind: "claimable", token, when: "above", value: 1 });
const DRIFT: FigureRule = { kind: "drift", index: INDEX, when: "above", value: 1 };
const GRADE: FigureRule = { kind: "grade", token: "bitcoin", grade: "trader", when: "below", value: 50 };

describe("figures that rules look at", () => {
  it("are in the units of the rules: dollars a share, percent, whole tokens", async () => {
    const figures = figuresOf();
    expect(await figures.figure(price(INDEX), ALICE)).to.equal(1_234.5);
    expect(await figures.figure(DRIFT, ALICE)).to.equal(5.25);
    expect(await figures.figure(claimable(TOKEN), ALICE)).to.equal(2.5);
    expect(await figures.figure(claimable(USDC), ALICE)).to.equal(1.25);
  });

  it("count shares of an index as a token of 18 decimals, and what somebody else is owed as theirs", async () => {
    const figures = figuresOf();
    expect(await figures.figure(claimable(INDEX), ALICE)).to.equal(5);
    expect(await figures.figure(claimable(USDC), BOB)).to.equal(0);
  });

  it("are unknown where nothing is known, which is no zero", async () => {
    const figures = figuresOf();
    expect(await figures.figure(price(OTHER_INDEX), ALICE), "a token has no price").to.equal(null);
    expect(await figures.figure(price(UNKNOWN), ALICE), "no such index").to.equal(null);
    expect(await figures.figure(claimable(UNKNOWN), ALICE), "decimals unknown").to.equal(null);
    expect(await figures.figure(GRADE, ALICE), "nothing is graded").to.equal(null);
    const young = { ...ROWS, vaults: ROWS.vaults!.map((vault) => ({ ...vault, nav: null })) };
    expect(await figuresOf({ history: fixtureHistory(young) }).figure(price(INDEX), ALICE)).to.equal(null);
    const none = figuresOf({ deployment: FIXTURE_DEPLOYMENT });
    expect(await none.figure(claimable(TOKEN), ALICE), "no DAO").to.equal(null);
  });

  it("are not made up while the node is down; the price, which the index tells, is still there", async () => {
    const figures = figuresOf({ client: deadChain() });
    for (const rule of [DRIFT, claimable(TOKEN)]) {
      const error = await figures.figure(rule, ALICE).catch((cause: unknown) => cause);
      expect(error, rule.kind).to.be.instanceOf(Error);
    }
    expect(await figures.figure(price(INDEX), ALICE)).to.equal(1_234.5);
  });

  it("ask for the newest grade of the token and the kind that the rule names", async () => {
    const asked: string[] = [];
    const grade = async (token: string, kind: string) => {
      asked.push(`${token} ${kind}`);
      return token === "bitcoin" ? 61 : null;
    };
    const figures = figuresOf({ grades: { grade, next: async () => undefined, tokens: async () => [] } });
    expect(await figures.figure(GRADE, ALICE)).to.equal(61);
    expect(await figures.figure({ ...GRADE, token: "ether", grade: "investor" }, ALICE)).to.equal(null);
    expect(asked).to.deep.equal(["bitcoin trader", "ether investor"]);
  });

  it("list the votes that go on: neither cancelled nor over, however many pages back", async () => {
    const proposal = (id: number, more: object) => ({
      ...{ ...stamp, time: NOW - 5 * DAY, id: BigInt(id), description: `## Vote ${id}\n\nBecause.`, cancelled: null },
      ...{ voteEnd: NOW + id, ...more },
    });
    const proposals = [
      proposal(1, {}),
      proposal(2, {}),
      proposal(3, { cancelled: stamp }),
      proposal(4, { voteEnd: NOW }),
      ...Array.from({ length: 100 }, (_, i) => proposal(10 + i, { voteEnd: NOW - 1 })),
      proposal(5, { voteEnd: NOW + 1 }),
    ];
    const history = fixtureHistory({ ...ROWS, proposals } as unknown as Rows);
    expect(await figuresOf({ history }).openVotes()).to.deep.equal([
      { id: "5", title: "Vote 5", endsAt: NOW + 1 },
      { id: "2", title: "Vote 2", endsAt: NOW + 2 },
      { id: "1", title: "Vote 1", endsAt: NOW + 1 },
    ]);
  });
});

import { expect } from "chai";
import {
  type Address,
  type ContractFunctionReturnType,
  createPublicClient,
  custom,
  decodeFunctionData,
  encodeFunctionResult,
} from "viem";
import { batchDepositorAbi } from "../../../sdk/src/index.ts";
import { FIXTURE } from "../app.fixture.ts";
import { address, historyContext, ME, OTHER, place, VAULT, vaultRow } from "../routes/accounts.fixture.ts";
import { fixtureWorld } from "../world.fixture.ts";
import { accountRecords } from "./accountRecords.ts";
import { contextRecords, cut } from "./contextRecords.ts";

const DEPOSITOR: Address = address(0xde);
const CASH: Address = address(0xca);

type State = ContractFunctionReturnType<typeof batchDepositorAbi, "view", "accountOf">;

/** A chain with one batch depositor, which has something for whoever asks. */
function depositorOf(state: State) {
  const request = async ({ method, params }: { method: string; params?: unknown }) => {
    if (method !== "eth_call") return "0x1";
    const [{ data }] = params as [{ data: `0x${string}` }];
    const { functionName } = decodeFunctionData({ abi: batchDepositorAbi, data });
    const abi = batchDepositorAbi;
    if (functionName === "asset") return encodeFunctionResult({ abi, functionName, result: CASH });
    if (functionName === "accountOf") return encodeFunctionResult({ abi, functionName, result: state });
    if (functionName === "depositRequestsOf" || functionName === "redeemRequestsOf")
      return encodeFunctionResult({
        abi,
        functionName,
        result: [
          [0n, 0n],
          [0n, 0n],
        ],
      });
    throw new Error(`not asked of it: ${functionName}`);
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
}

describe("assistant: records of a context", () => {
  it("compares an index with a benchmark over the same days, and ends where both have figures", async () => {
    const { context, vault } = await fixtureWorld();
    const { time } = await context.history.head();
    const today = Math.floor(time / 86_400);
    const prices = new Map([
      [today - 2, 100],
      [today, 110],
    ]);
    const records = contextRecords(context, async (coin, day) => (coin === "BTC" ? (prices.get(day) ?? null) : null));
    expect(await records.performance(vault, null)).to.deep.include({
      returned: "0.250000",
      benchmarks: [
        { name: "BTC", returned: "0.100000" },
        { name: "ETH", returned: null },
      ],
    });
  });

  it("asks the keeper when the next decision is due if the newest names no slot, and says when nobody knows", async () => {
    const asked = async (keeperPage?: () => Promise<unknown>) => {
      const { context, vault } = await fixtureWorld(keeperPage === undefined ? {} : { keeperPage });
      return contextRecords(context, async () => null).next(vault);
    };
    const page = (due: object | null) => async () => ({ vaults: [{ vault: FIXTURE.vault.toUpperCase(), due }] });
    expect(await asked(page({ at: 1_795_500_000, reason: "slot" }))).to.deep.include({
      at: 1_795_500_000,
      reason: "The keeper itself says so.",
    });
    const nobody = "The newest decision names no slot of a calendar, and ";
    expect(await asked(page(null))).to.deep.include({
      at: null,
      reason: `${nobody}the keeper itself does not know yet.`,
    });
    expect(await asked()).to.deep.include({
      at: null,
      reason: `${nobody}of the keeper: Its address is not configured: set \`keeperUrl\`.`,
    });
    const { context } = await fixtureWorld();
    expect(await contextRecords(context, async () => null).next(OTHER)).to.have.property("missing");
  });

  it("tells what batches have ready for an account, with the chain's figures, and nothing where it never asked", async () => {
    const events = [0, 1].map((n) => ({
      ...place(10 + n),
      ...{ depositor: DEPOSITOR, vault: VAULT, kind: "depositRequest" as const, batch: 1, controller: ME },
      ...{ owner: ME, receiver: null, assets: 5n, shares: null },
    }));
    const state = { pendingAssets: 9n, pendingShares: 9n, depositedAssets: 9n, redeemedShares: 9n };
    const ready = { sharesOut: 15n * 10n ** 17n, assetsOut: 0n, refundAssets: 2_500_000n, refundShares: 0n };
    const rows = {
      batchEvents: events,
      vaults: [vaultRow()],
      tokens: [{ address: CASH, symbol: "USDC", decimals: 6 }],
    };
    const context = await historyContext(rows, { client: depositorOf({ ...state, ...ready }) });
    const { claims } = accountRecords(context);
    expect(await claims(ME)).to.deep.equal({
      claims: [
        { what: `shares that a batch of ${VAULT} bought for you`, sum: { amount: "1.5", unit: "TEN" } },
        { what: `what a batch of ${VAULT} did not spend`, sum: { amount: "2.5", unit: "USDC" } },
      ],
      nextWeek: null,
    });
    expect(await claims(OTHER)).to.deep.equal({ claims: [], nextWeek: null });
  });

  it("cuts figures for people without rounding them, and never to nothing", () => {
    expect(cut("1.23456789", 6)).to.equal("1.234567");
    expect(cut("1.999", 2)).to.equal("1.99");
    expect(cut("5.000", 2)).to.equal("5");
    expect(cut("0.0000000012", 6)).to.equal("0.0000000012");
  });
});

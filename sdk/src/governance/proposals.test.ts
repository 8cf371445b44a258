import { expect } from "chai";
import { encodeFunctionData, erc20Abi, parseAbi, zeroAddress } from "viem";
import { ArgumentInvalidError } from "../errors/base.ts";
import { decodeAction } from "./decodeAction.ts";
import { toOptimisticCalls } from "./optimistic.ts";
import {
  addVaultVersion,
  createSale,
  delistAsset,
  listAsset,
  lowerExitPenalty,
  sendTokens,
  setAssetFrozen,
  setAssetTier,
  setDepositor,
  setGuardian,
  setOptimisticCall,
  setOptimisticProposer,
  setProtocolFee,
  setQuorumBounds,
  setRevenueShares,
  setRewardToken,
  setScoreTiers,
  setVotingPeriod,
} from "./proposalActions.ts";
import { hashDescription, hashProposal, toAction, toProposalArgs } from "./proposals.ts";
import { toSupport } from "./support.ts";
import { SCORE_TIERS } from "./tiers.ts";

const target = "0x00000000000000000000000000000000000000A1";
const other = "0x00000000000000000000000000000000000000b2";
const config = {
  feed: other,
  heartbeat: 3_600,
  feedDecimals: 8,
  tokenDecimals: 18,
  tier: 2,
  deviationBps: 50,
  flags: 0,
  minPrice: 0,
  secondary: zeroAddress,
  secondaryKind: 0,
  secondaryDecimals: 0,
  secondaryWindow: 0,
  usdCap: 0,
} as const;
const terms = {
  issuer: other,
  paymentToken: other,
  saleToken: other,
  hardCap: 5n,
  softCap: 4n,
  saleAmount: 3n,
  snapshot: 1,
  start: 2,
  end: 3,
  cliff: 4,
  vesting: 5,
  feeBps: 6,
} as const;
type TenTiers = Parameters<typeof setScoreTiers>[0]["tiers"];

const actions = {
  setAsset: listAsset({ assetRegistry: target, token: other, config }),
  removeAsset: delistAsset({ assetRegistry: target, token: other }),
  setFrozen: setAssetFrozen({ assetRegistry: target, token: other, frozen: true }),
  setTier: setAssetTier({ assetRegistry: target, tier: 3, maxWeightBps: 2_000 }),
  setProtocolFee: setProtocolFee({ factory: target, bps: 500, recipient: other }),
  addVersion: addVaultVersion({ factory: target, implementation: other }),
  setGuardian: setGuardian({ keeperRegistry: target, guardian: other, expiresAt: 9 }),
  setShares: setRevenueShares({
    splitter: target,
    shares: { stakers: 6_000, buyback: 3_000, treasury: 500, keepers: 500 },
  }),
  setRewardToken: setRewardToken({ distributor: target, token: other, isListed: true }),
  setTiers: setScoreTiers({ scores: target, tiers: SCORE_TIERS as unknown as TenTiers }),
  createRound: createSale({ saleFactory: target, terms }),
  setDepositor: setDepositor({ escrow: target, depositor: other, allowed: true }),
  lowerMaxPenalty: lowerExitPenalty({ escrow: target, bps: 4_000 }),
  setQuorumBounds: setQuorumBounds({ governor: target, floor: 1n, cap: 2n }),
  setVotingPeriod: setVotingPeriod({ governor: target, seconds: 5 }),
  setProposer: setOptimisticProposer({ module: target, proposer: other, allowed: true }),
  setCall: setOptimisticCall({ module: target, target: other, selector: "0x12345678", allowed: true }),
  transfer: sendTokens({ token: target, to: other, amount: 7n }),
};

describe("sdk governance: proposals", () => {
  for (const [name, action] of Object.entries(actions)) {
    it(`builds ${name} and reads it back in words`, () => {
      const { functionName, args, signature } = decodeAction(action);
      expect(action).to.include({ target, value: 0n });
      expect(functionName).to.equal(name);
      expect(signature).to.match(new RegExp(`^${name}\\(.+\\)$`));
      expect(args.every((arg) => arg.name !== "" && arg.value !== undefined)).to.equal(true);
    });
  }

  it("names the arguments of a call", () => {
    expect(decodeAction(actions.setProtocolFee).args).to.deep.equal([
      { name: "bps", value: 500 },
      { name: "recipient", value: other },
    ]);
  });

  it("leaves what it does not know undecoded, unless its ABI is given", () => {
    const abi = parseAbi(["function launchRocket(uint256 power) payable"]);
    const action = toAction({ target, abi, functionName: "launchRocket", args: [9n], value: 3n });
    expect(decodeAction(action)).to.deep.equal({ ...action, functionName: undefined, signature: undefined, args: [] });
    expect(decodeAction(action, abi)).to.include({ signature: "launchRocket(uint256)", value: 3n });
    const broken = { ...actions.transfer, data: actions.transfer.data.slice(0, 20) as `0x${string}` };
    expect(decodeAction(broken).signature).to.equal(undefined);
    expect(decodeAction({ target, value: 1n, data: "0x" }).signature).to.equal(undefined);
  });

  it("hashes the description and the calls as OpenZeppelin's governor does", () => {
    const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [other, 7n] });
    expect(toProposalArgs([actions.transfer])).to.deep.equal([[target], [0n], [data]]);
    expect(hashDescription("")).to.equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    const proposal = { actions: [actions.transfer], description: "pay" };
    expect(hashProposal(proposal)).to.not.equal(hashProposal({ ...proposal, description: "pay " }));
  });

  it("sends no Ether on the optimistic path, and knows three sides", () => {
    expect(toOptimisticCalls([actions.transfer])).to.deep.equal([{ target, data: actions.transfer.data }]);
    expect(() => toOptimisticCalls([{ ...actions.transfer, value: 1n }])).to.throw(ArgumentInvalidError);
    expect((["against", "for", "abstain"] as const).map(toSupport)).to.deep.equal([0, 1, 2]);
    expect(() => toSupport("maybe" as "for")).to.throw(ArgumentInvalidError);
  });
});

import { type ParamType, ZeroAddress } from "ethers";

/** Accounts that try every function. Names of contracts are those of deployments/<chainId>.json. */
export type Cast = Readonly<Record<string, string>>;

/** What arguments may name. */
export interface Scene {
  cast: Cast;
  /** Index of the factory's; its curator offered the role to `candidate`. */
  vault: string;
  /** A listed token. */
  token: string;
  /** Sale of the sale factory, announced and not funded, of `issuer`. */
  sale: string;
  /** Arguments that cancel a proposal of `proposer` that waits for its vote. */
  proposal: readonly unknown[];
  /** Open proposal of `proposer` in the optimistic module. */
  optimisticId: bigint;
}

/** Callers as docs/PERMISSIONS.md names them, and the accounts of the cast that they are. */
const CALLERS = {
  owner: ["IndexTimelock"],
  guardian: ["guardian"],
  curator: ["curator"],
  "the candidate": ["candidate"],
  "the factory": ["IndexFactory"],
  "owner or guardian": ["IndexTimelock", "guardian"],
  "guardian or curator": ["guardian", "curator"],
  "the vault's curator or the owner": ["curator", "IndexTimelock"],
  "guardian, the vault's curator or the owner": ["guardian", "curator", "IndexTimelock"],
  "the forwarder": ["forwarder"],
  "`Zap`": ["Zap"],
  "nobody but itself": ["ZapExecutor"],
  "the vault being filled": [],
  "the pool being swapped with": [],
  "the account it was offered to": [],
  "the timelock itself": ["IndexTimelock"],
  "governor or optimistic module": ["IndexGovernor", "OptimisticModule"],
  "the timelock, for a proposal": ["IndexTimelock"],
  "guardian or its proposer": ["guardian", "proposer"],
  "a listed proposer": ["proposer"],
  "the account or its claimer": ["holder", "claimer"],
  "the account, or anyone if it lets them": ["holder"],
  "the compounder itself": ["Compounder"],
  "the issuer": ["issuer"],
  "the plan's owner": ["holder"],
  "the listing's seller": ["holder"],
  "recurring orders themselves": ["RecurringOrders"],
  "the deployer, once": ["deployer"],
  "the beneficiary": ["team"],
  "a depositor": ["MerkleAirdrop", "Compounder"],
  "the account or its operator": ["holder", "claimer"],
  "the token's owner": ["author"],
  "who has the resale royalty": ["author"],
  "the shares' factory": ["StrategySharesFactory"],
} as const satisfies Record<string, readonly string[]>;

/** Callers whom no check stops; what they act on is their own, or does not depend on who acts. */
const OPEN = ["anyone", "holder", "anyone with the signers' signatures"] as const;

export type Caller = keyof typeof CALLERS | (typeof OPEN)[number];

/** Who may call a function, with which error anyone else is refused, and arguments when the plain ones do not get so far. */
export interface Rule {
  who: Caller;
  refusal?: string;
  args?: (scene: Scene) => readonly unknown[];
}

export function isOpen(who: Caller): boolean {
  return (OPEN as readonly string[]).includes(who);
}

export function allowed(who: Caller): readonly string[] {
  return isOpen(who) ? [] : CALLERS[who as keyof typeof CALLERS];
}

type Rules = Readonly<Record<string, Rule>>;

/** The same rule for many functions, named in one text. */
function rules(names: string, who: Caller, refusal?: string, args?: Rule["args"]): Rules {
  const rule: Rule = { who, ...(refusal === undefined ? {} : { refusal }), ...(args === undefined ? {} : { args }) };
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}

/** Of a version that is published. */
const HASH = `0x${"11".repeat(32)}`;
const OWNABLE = "OwnableUnauthorizedAccount";
const ROLE = "AccessControlUnauthorizedAccount";

const owner = (names: string): Rules => rules(names, "owner", OWNABLE);
const anyone = (names: string): Rules => rules(names, "anyone");
const holder = (names: string): Rules => rules(names, "holder");

/** What a batch depositor does with somebody's cash and shares. */
const operator = (names: string, args: (cast: Cast) => readonly unknown[]): Rules =>
  rules(names, "the account or its operator", "BatchDepositor_Unauthorized", ({ cast }) => args(cast));

/** Of every contract with an owner. */
export const OWNERSHIP: Rules = {
  ...owner("transferOwnership renounceOwnership"),
  ...rules("acceptOwnership", "the account it was offered to", OWNABLE),
};

const signers = ({ cast }: Scene) => [cast.stranger];

/**
 * Every function of every deployed contract that can change anything, with who may call it. A key is the name of a
 * function, with arguments where they decide or where several have the name.
 */
export const PERMISSIONS: Readonly<Record<string, Rules>> = {
  IndexVault: {
    ...rules("initialize", "the factory", "IndexVault_Unauthorized"),
    ...anyone("mint sync distributeFees checkPrice refreshTargets closeEpoch applyBasket applyFees applyStrategy fill"),
    ...holder("redeem claim transfer transferFrom approve permit"),
    ...rules("proposeWeights proposeBasket", "anyone with the signers' signatures"),
    ...rules("setFees setStrategy offerCurator", "curator", "IndexVault_Unauthorized"),
    ...rules("acceptCurator", "the candidate", "IndexVault_Unauthorized"),
    ...rules("cancelEpoch", "guardian or curator", "IndexVault_Unauthorized"),
    ...rules("pause unpause", "guardian", "IndexVault_Unauthorized"),
  },
  IndexFactory: { ...anyone("createIndex"), ...owner("addVersion setProtocolFee"), ...OWNERSHIP },
  AssetRegistry: {
    ...owner("setAsset setAssets removeAsset setTier"),
    "setFrozen(token, true)": {
      who: "owner or guardian",
      refusal: "AssetRegistry_Unauthorized",
      args: ({ token }) => [token, true],
    },
    "setFrozen(token, false)": {
      who: "owner",
      refusal: "AssetRegistry_Unauthorized",
      args: ({ token }) => [token, false],
    },
    ...OWNERSHIP,
  },
  KeeperRegistry: {
    ...rules("initSigners", "the factory", "KeeperRegistry_Unauthorized"),
    ...rules("proposeSigners", "the vault's curator or the owner", "KeeperRegistry_Unauthorized", (scene) => [
      scene.vault,
      signers(scene),
      1,
    ]),
    ...anyone("applySigners"),
    ...rules(
      "revokeSigners",
      "guardian, the vault's curator or the owner",
      "KeeperRegistry_Unauthorized",
      ({ vault }) => [vault],
    ),
    ...owner("setFactory setGuardian"),
    ...OWNERSHIP,
  },
  AmmFiller: {
    ...anyone("fill fillMany"),
    ...rules("onFill", "the vault being filled", "AmmFiller_CallerNotVault"),
  },
  UniswapV3Adapter: {
    ...anyone("swap"),
    ...rules("uniswapV3SwapCallback", "the pool being swapped with", "UniswapV3Swapper_CallerNotPool"),
  },
  Zap: anyone("zapIn zapOut"),
  ZapExecutor: {
    ...rules("zapIn zapOut", "`Zap`", "Zap_Unauthorized"),
    ...rules("sell", "nobody but itself", "Zap_Unauthorized"),
    ...rules("uniswapV3SwapCallback", "the pool being swapped with", "UniswapV3Swapper_CallerNotPool"),
  },
  IndexLens: {},
  KeeperUpkeep: anyone("checkUpkeep performUpkeep simulate"),
  GradeBook: anyone("remember"),
  BatchFactory: anyone("create"),
  BatchDepositor: {
    ...anyone("open deliverShares deliverCash claimMany"),
    ...holder("setOperator deposit(assets,receiver) mint(shares,receiver)"),
    ...operator("requestDeposit requestRedeem", ({ holder }) => [10n ** 18n, holder, holder]),
    ...operator("cancelDepositRequest cancelRedeemRequest redeem withdraw", ({ holder }) => [1n, holder, holder]),
    ...operator("deposit(assets,receiver,controller)", ({ holder }) => [1n, holder, holder]),
    ...operator("mint(shares,receiver,controller)", ({ holder }) => [1n, holder, holder]),
    ...operator("claimDepositRefund claimRedeemRefund", ({ holder }) => [holder, holder]),
  },
  RecurringOrders: {
    ...holder("create"),
    cancel: {
      who: "the plan's owner",
      refusal: "RecurringOrders_Unauthorized",
      args: () => [1n],
    },
    ...anyone("execute executeMany checkUpkeep performUpkeep simulate requestDeposits"),
    ...rules("executeFor", "recurring orders themselves", "RecurringOrders_Unauthorized"),
  },
  CreReceiver: rules("onReport", "the forwarder", "CreReceiver_CallerNotForwarder"),
  GovernanceToken: holder("transfer transferFrom approve permit burn burnFrom"),
  VotingEscrow: {
    ...holder("lock lockWithPermit setPermanent withdraw earlyExit delegate delegateBySig"),
    ...rules("lockFor", "a depositor", "VotingEscrow_Unauthorized"),
    ...owner("setDepositor setPenaltyReceiver lowerMaxPenalty"),
    ...OWNERSHIP,
  },
  ScoreRegistry: { ...owner("setTiers"), ...OWNERSHIP },
  IndexGovernor: {
    ...holder("propose castVote castVoteWithReason castVoteWithReasonAndParams"),
    ...holder("castVoteBySig castVoteWithReasonAndParamsBySig"),
    ...anyone("queue execute onERC721Received onERC1155Received onERC1155BatchReceived"),
    ...rules("cancel", "guardian or its proposer", "GovernorUnableToCancel", ({ proposal }) => proposal),
    ...rules(
      "relay setVotingDelay setVotingPeriod setProposalThreshold setLateQuorumVoteExtension setQuorumBounds",
      "the timelock, for a proposal",
      "GovernorOnlyExecutor",
    ),
    ...rules("updateQuorumNumerator updateTimelock", "the timelock, for a proposal", "GovernorOnlyExecutor"),
  },
  OptimisticModule: {
    ...rules("propose", "a listed proposer", "OptimisticModule_Unauthorized"),
    ...rules("cancel", "guardian or its proposer", "OptimisticModule_Unauthorized", ({ optimisticId }) => [
      optimisticId,
    ]),
    ...holder("veto"),
    ...anyone("queue execute"),
    ...owner("setProposer setCall"),
    ...OWNERSHIP,
  },
  RevenueDistributor: {
    ...anyone("notify finalize"),
    ...holder("setClaimer"),
    claim: {
      who: "the account or its claimer",
      refusal: "RevenueDistributor_Unauthorized",
      args: ({ cast, token }) => [cast.holder, [token], cast.holder],
    },
    claimUpTo: {
      who: "the account or its claimer",
      refusal: "RevenueDistributor_Unauthorized",
      args: ({ cast, token }) => [cast.holder, token, cast.holder, 1n],
    },
    ...owner("setRewardToken sweep"),
    ...OWNERSHIP,
  },
  FeeSplitter: {
    ...anyone("distribute collect collectFrom"),
    ...owner("setShares setBuyback setTreasury setKeeperBudget release"),
    ...OWNERSHIP,
  },
  Buyback: {
    ...anyone("buy"),
    ...owner("setRoute removeRoute rescue"),
    ...rules("uniswapV3SwapCallback", "the pool being swapped with", "UniswapV3Swapper_CallerNotPool"),
    ...OWNERSHIP,
  },
  Compounder: {
    ...holder("setPolicy"),
    ...anyone("compoundMany"),
    compound: {
      who: "the account, or anyone if it lets them",
      refusal: "Compounder_Unauthorized",
      args: ({ cast, token }) => [[cast.holder, 0, [token], []]],
    },
    ...rules("compoundFor swap", "the compounder itself", "Compounder_Unauthorized"),
    ...rules("uniswapV3SwapCallback", "the pool being swapped with", "UniswapV3Swapper_CallerNotPool"),
  },
  MerkleAirdrop: {
    ...holder("claim claimAndLock"),
    ...anyone("claimFor release fundBonus sweep"),
    ...owner("createWave sweepBonus"),
    ...OWNERSHIP,
  },
  SaleRoundFactory: { ...owner("createRound setFeeReceiver"), ...OWNERSHIP },
  SaleRound: {
    ...rules("fund", "the issuer", "SaleRound_Unauthorized"),
    ...holder("commit"),
    ...anyone("settle release close"),
    ...rules("cancel", "guardian", "SaleRound_Unauthorized"),
  },
  StrategyRegistry: {
    ...anyone("register"),
    ...rules("publish", "the token's owner", "StrategyRegistry_Unauthorized", () => [1n, "ipfs://next", HASH]),
    ...rules("setRoyalty", "the token's owner", "StrategyRegistry_Unauthorized", () => [1n, 100]),
    ...rules("setResaleReceiver", "who has the resale royalty", "StrategyRegistry_Unauthorized", ({ cast }) => [
      1n,
      cast.holder,
    ]),
    ...holder("transferFrom setApprovalForAll approve"),
    ...holder("safeTransferFrom(from,to,tokenId) safeTransferFrom(from,to,tokenId,data)"),
  },
  RoyaltyReceiver: anyone("payOut"),
  StrategySharesFactory: holder("lock"),
  StrategyShares: {
    ...rules("initialize", "the shares' factory", "StrategyShares_Unauthorized"),
    ...anyone("harvest claim bid withdrawBid settle"),
    ...holder("redeem cashOut transfer transferFrom approve"),
  },
  AccessPass: {
    ...anyone("buyCredits buyPlan expireTrial settle claimEarned flush"),
    ...holder("startTrial load requestUnload unload setKey requestCancelNonce cancelNonce"),
    ...holder("safeTransferFrom safeBatchTransferFrom setApprovalForAll"),
    ...owner("setCreditPrice setPlanPrice addPlan setAssetShare setTrialCredits"),
    ...OWNERSHIP,
  },
  StrategyMarket: {
    ...holder("list"),
    ...anyone("buy"),
    ...rules("cancel", "the listing's seller", "StrategyMarket_Unauthorized", () => [1n]),
    ...owner("setFeeBps"),
    ...OWNERSHIP,
  },
  TimelockFactory: rules("complete", "the deployer, once", "TimelockFactory_Unauthorized"),
  IndexTimelock: {
    ...rules("schedule scheduleBatch cancel", "governor or optimistic module", ROLE),
    ...anyone("execute executeBatch renounceRole onERC721Received onERC1155Received onERC1155BatchReceived"),
    ...rules("updateDelay", "the timelock itself", "TimelockUnauthorizedCaller", () => [172_800n]),
    ...rules("grantRole revokeRole", "the timelock itself", ROLE),
  },
  TeamVesting: {
    ...anyone("release() release(token)"),
    ...rules("transferOwnership renounceOwnership", "the beneficiary", OWNABLE),
  },
};

/** Contracts whose ownership docs/PERMISSIONS.md tells once for all. */
export const WITH_OWNER: ReadonlySet<string> = new Set(
  Object.entries(PERMISSIONS)
    .filter(([, table]) => table.acceptOwnership !== undefined)
    .map(([name]) => name),
);

/** An argument that gets past the decoder. */
export function plainArgument({ type, components, arrayChildren, arrayLength }: ParamType): unknown {
  if (arrayChildren !== null) {
    return arrayLength === -1 ? [] : Array.from({ length: arrayLength ?? 0 }, () => plainArgument(arrayChildren));
  }
  if (components !== null) return components.map(plainArgument);
  if (type === "address") return ZeroAddress;
  if (type === "bool") return false;
  if (type === "string") return "";
  if (type === "bytes") return "0x";
  return type.startsWith("bytes") ? `0x${"00".repeat(Number(type.slice(5)))}` : 0n;
}

/** What docs/PERMISSIONS.md says: contract -> function -> caller. */
export function readPermissions(markdown: string): Map<string, Map<string, string>> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const title = (section.split("\n")[0] ?? "").trim();
      const rows = [...section.matchAll(/^\| (`[^|]*`) \| ([^|]+) \|/gm)];
      const entries = rows.flatMap(([, names = "", who = ""]) =>
        [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, who.trim()] as const),
      );
      return [title, new Map(entries)];
    }),
  );
}

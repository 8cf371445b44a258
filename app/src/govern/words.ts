import {
  type AssetConfig,
  creditId,
  type DecodedAction,
  type Deployment,
  type NewSaleTerms,
  type ScoreTiers,
  SERVICE_NAMES,
  unpackMinPrice,
} from "@gimbal/sdk";
import { type Address, formatUnits, isAddress, isHex } from "viem";
import { amount, percent, shortAddress, time } from "../format.ts";
import { FLAGS } from "./assetForms.ts";

/** {s} as days and hours. */
export function duration(seconds: number | bigint): string {
  const total = Number(seconds);
  const [days, hours, minutes] = [
    Math.floor(total / 86_400),
    Math.floor((total % 86_400) / 3_600),
    (total % 3_600) / 60,
  ];
  const parts = [
    days > 0 && `${days} day${days === 1 ? "" : "s"}`,
    hours > 0 && `${hours} hour${hours === 1 ? "" : "s"}`,
    days === 0 && minutes >= 1 && `${Math.floor(minutes)} minute${Math.floor(minutes) === 1 ? "" : "s"}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? `${total} second${total === 1 ? "" : "s"}` : parts.join(" ");
}

/** Name of an address of the deployment: a contract's or a token's symbol; else its short form. */
export function nameOf({ contracts, tokens }: Deployment, address: Address): string {
  return knownName({ contracts, tokens }, address) ?? shortAddress(address);
}

/** undefined: the deployment does not have it. */
export function knownName(
  { contracts, tokens }: Pick<Deployment, "contracts" | "tokens">,
  address: Address,
): string | undefined {
  const wanted = address.toLowerCase();
  const contract = Object.entries(contracts).find(([, at]) => at?.toLowerCase() === wanted)?.[0];
  return contract ?? Object.entries(tokens).find(([, token]) => token.address.toLowerCase() === wanted)?.[0];
}

/** {raw} of a token with its symbol; of an unknown token the raw number, which is said. */
function tokens(deployment: Deployment, token: Address, raw: bigint): string {
  const found = Object.entries(deployment.tokens).find(([, at]) => at.address.toLowerCase() === token.toLowerCase());
  if (found !== undefined) return amount(raw, found[1].decimals, found[0], found[1].decimals).exact;
  const isGim = deployment.contracts.GovernanceToken?.toLowerCase() === token.toLowerCase();
  return isGim ? amount(raw, 18, "GIM", 18).exact : `${raw} raw units of ${shortAddress(token)}`;
}

const significant = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });

/** A listing with everything that makes it differ from another. */
function listingWords(name: string, config: AssetConfig): string {
  const { feed, feedDecimals, heartbeat, tier, deviationBps, flags, minPrice, usdCap } = config;
  const { secondary, secondaryKind, secondaryDecimals, secondaryWindow } = config;
  const [atFeed, second] = [shortAddress(feed), shortAddress(secondary)];
  const least = significant.format(Number(formatUnits(unpackMinPrice(minPrice), 27)));
  const sources = [
    undefined,
    `A second feed ${second} (${secondaryDecimals} decimals) counts for ${duration(secondaryWindow)}.`,
    `A second price is the average of ${duration(secondaryWindow)} in the pool ${second}.`,
  ];
  const sentences = [
    `List ${name} (${config.tokenDecimals} decimals) in tier ${tier}, priced by the feed ${atFeed} (${feedDecimals} decimals), which answers after a move of ${percent(deviationBps).short}.`,
    `An answer counts for ${duration(heartbeat)}.`,
    (flags & FLAGS.STABLE) !== 0 && "It is a stable token: its peg is checked.",
    (flags & FLAGS.MAY_SHRINK) !== 0 && "Balances of it can fall by themselves.",
    minPrice !== 0 && `The feed cannot say less than about ${least} USD: near it nobody buys the token.`,
    usdCap !== 0 && `One index may hold ${significant.format(usdCap)} USD of it at most.`,
    sources[secondaryKind],
    (flags & FLAGS.CROSS_CHECK) !== 0 && "While the two disagree there is no price.",
  ];
  return sentences.filter((sentence) => typeof sentence === "string").join(" ");
}

/** A line for each tier. */
function tierWords(tiers: ScoreTiers): string {
  const lines = tiers.map((tier, i) => {
    const { minScore, feeDiscountBps, apiDiscountBps, proposalsPerMonth, saleCapUsd, saleOpensAfter } = tier;
    const parts = [
      `from a score of ${amount(minScore, 18, "GIM", 18).exact}`,
      `${percent(feeDiscountBps).short} off the fees, ${percent(apiDiscountBps).short} off the API`,
      `${proposalsPerMonth} proposal${proposalsPerMonth === 1 ? "" : "s"} a month`,
      `${saleCapUsd.toLocaleString("en-US")} USD in sales, ${saleOpensAfter === 0 ? "from" : `${duration(saleOpensAfter)} after`} their start`,
      `multiplier ${percent(tier.launchMultiplierBps).short}`,
    ];
    return `Tier ${i + 1}: ${parts.join("; ")}.`;
  });
  return `Set the ten tiers of the Staking Score, from the next week on.\n${lines.join("\n")}`;
}

/** The terms of a sale, which never change. */
function saleWords(terms: NewSaleTerms, deployment: Deployment): string {
  const { saleToken, paymentToken, issuer, start, end, snapshot, cliff, vesting, feeBps } = terms;
  const paid = (raw: bigint) => tokens(deployment, paymentToken, raw);
  const release =
    vesting === 0
      ? "All is released at the end."
      : `It is released over ${duration(vesting)} from the end, nothing in the first ${duration(cliff)}.`;
  return [
    `Announce a sale of ${tokens(deployment, saleToken, terms.saleAmount)} by ${nameOf(deployment, issuer)} for at most ${paid(terms.hardCap)}, from ${time(start).exact} to ${time(end).exact}.`,
    `Below ${paid(terms.softCap)} all is given back.`,
    `Scores are read at ${time(snapshot).exact}.`,
    release,
    `${percent(feeBps).short} of the payment are a fee.`,
  ].join(" ");
}

type Arguments = ReadonlyMap<string, unknown>;
type Sentence = (get: Getter, deployment: Deployment, action: DecodedAction) => string;

/** Arguments by name, as what they are. */
class Getter {
  readonly #args: Arguments;
  readonly #deployment: Deployment;

  constructor(action: DecodedAction, deployment: Deployment) {
    this.#args = new Map(action.args.map(({ name, value }) => [name, value]));
    this.#deployment = deployment;
  }

  at(index: number): unknown {
    return [...this.#args.values()][index];
  }

  name(index: number): string {
    return nameOf(this.#deployment, this.at(index) as Address);
  }

  bps(index: number): string {
    return percent(Number(this.at(index))).short;
  }

  votes(index: number): string {
    return amount(this.at(index) as bigint, 18, "veGIM").short;
  }

  time(index: number): string {
    return time(this.at(index) as number).exact;
  }
}

const allow = (isAllowed: unknown, yes: string, no: string) => (isAllowed === true ? yes : no);

/** What calls do, by function. `at` and its neighbours count arguments from 0. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  setProtocolFee: (get) => `Set the protocol's part of the fees of indices to ${get.bps(0)}, paid to ${get.name(1)}.`,
  setShares: (get) => {
    const parts = get.at(0) as Record<string, number>;
    return `Split revenue: ${Object.entries(parts)
      .map(([to, bps]) => `${to} ${percent(bps).short}`)
      .join(", ")}.`;
  },
  setAsset: (get) => listingWords(get.name(0), get.at(1) as AssetConfig),
  removeAsset: (get) => `Remove the listing of ${get.name(0)}: it has no price from then on.`,
  setFrozen: (get) => `${allow(get.at(1), "Freeze", "Thaw")} trading in ${get.name(0)}.`,
  setTier: (get) =>
    get.at(1) === 0
      ? `Close tier ${get.at(0)}: no index may take in an asset of it.`
      : `Let an asset of tier ${get.at(0)} weigh at most ${get.bps(1)} of an index.`,
  addVersion: (get) => `New indices run the code at ${get.name(0)}. Those that exist stay as they are.`,
  setGuardian: (get) => `Name ${get.name(0)} guardian until ${get.time(1)}.`,
  setRewardToken: (get) =>
    allow(get.at(1), `Pay stakers in ${get.name(0)} too.`, `Pay stakers in ${get.name(0)} no longer.`),
  setTiers: (get) => tierWords(get.at(0) as ScoreTiers),
  createRound: (get, deployment) => saleWords(get.at(0) as NewSaleTerms, deployment),
  setDepositor: (get) =>
    allow(get.at(1), `Let ${get.name(0)} lock for others.`, `${get.name(0)} may lock for others no longer.`),
  lowerMaxPenalty: (get) => `Lower the largest penalty of an early exit to ${get.bps(0)}, for good.`,
  setQuorumBounds: (get) => `Quorum of proposals to come: at least ${get.votes(0)}, at most ${get.votes(1)}.`,
  updateQuorumNumerator: (get) => `Quorum of proposals to come: ${get.at(0)}% of all votes, within its bounds.`,
  setVotingPeriod: (get) => `Votes last ${duration(get.at(0) as number)}.`,
  setVotingDelay: (get) => `Votes begin ${duration(get.at(0) as number)} after a proposal.`,
  setProposalThreshold: (get) => `Proposing needs ${get.votes(0)}.`,
  setLateQuorumVoteExtension: (get) =>
    `A vote goes on for ${duration(get.at(0) as number)} after its quorum is reached.`,
  updateDelay: (get) => `Calls wait ${duration(get.at(0) as bigint)} in the timelock.`,
  setProposer: (get) => `${get.name(0)} ${allow(get.at(1), "may", "may no longer")} propose optimistically.`,
  setCall: (get) =>
    `The call ${get.at(1)} of ${get.name(0)} ${allow(get.at(2), "may", "may no longer")} be proposed optimistically.`,
  transfer: (get, deployment, { target }) =>
    `Send ${tokens(deployment, target, get.at(1) as bigint)} of the treasury to ${get.name(0)}.`,
  proposeSigners: (get) => {
    const signers = get.at(1) as readonly Address[];
    return `Announce ${signers.length} signers of the index ${get.name(0)}, of whom ${get.at(2)} must sign: ${signers.map(shortAddress).join(", ")}.`;
  },
  revokeSigners: (get) => `Revoke the signers of the index ${get.name(0)} at once.`,
  setCreditPrice: (get) => {
    const id = get.at(0) as bigint;
    const service = SERVICE_NAMES.find((name) => creditId(name) === id) ?? `service ${id}`;
    return `One credit of ${service} ${prices(get.at(1) as bigint, get.at(2) as bigint)}.`;
  },
  setPlanPrice: (get) => `30 days of plan ${get.at(0)} ${prices(get.at(1) as bigint, get.at(2) as bigint, "cost")}.`,
  setAssetShare: (get) => `Owners of data sets and strategies get ${get.bps(0)} of what their use costs.`,
  setTrialCredits: (get) => `A trial brings ${get.at(0)} credits.`,
  setFeeBps: (get) => `The market keeps ${get.bps(0)} of every sale.`,
};

/** USDC has 6 decimals, GIM 18. A price of 0 means that it is not sold for this. */
function prices(usdc: bigint, gim: bigint, verb = "costs"): string {
  const costs = [usdc > 0n && `${formatUnits(usdc, 6)} USDC`, gim > 0n && `${formatUnits(gim, 18)} GIM`];
  const known = costs.filter((cost) => cost !== false);
  if (known.length === 0) return `${verb === "cost" ? "are" : "is"} sold no longer`;
  return `${verb} ${known.join(" or ")}${known.length === 1 ? ", and nothing else is taken" : ""}`;
}

/** "setWaveRoot" -> "Set wave root" */
function spelled(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** A call as a sentence. A call that nobody can read says so. */
export function sentenceOfAction(action: DecodedAction, deployment: Deployment): string {
  const ether = action.value === 0n ? "" : ` It brings ${formatUnits(action.value, 18)} ETH of the treasury.`;
  if (action.functionName === undefined) {
    return action.data === "0x" && action.value > 0n
      ? `Send ${formatUnits(action.value, 18)} ETH of the treasury to ${nameOf(deployment, action.target)}.`
      : `A call that this app cannot read. Do not vote for what you cannot read.${ether}`;
  }
  const say = SENTENCES[action.functionName];
  if (say === undefined) return `${spelled(action.functionName)}.${ether}`;
  return `${say(new Getter(action, deployment), deployment, action)}${ether}`;
}

/** An argument as text: names of known addresses, lists and structures spelled out. */
export function argumentText(value: unknown, deployment: Deployment): string {
  if (typeof value === "string" && isAddress(value, { strict: false })) {
    const name = knownName(deployment, value);
    return name === undefined ? value : `${name} (${value})`;
  }
  if (typeof value === "string") return isHex(value) || value === "" ? value || "(empty)" : `“${value}”`;
  if (Array.isArray(value)) return `[${value.map((item) => argumentText(item, deployment)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => `${name}: ${argumentText(item, deployment)}`)
      .join(", ");
  }
  return String(value);
}

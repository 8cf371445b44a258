import {
  accessPassAbi,
  addVaultVersion,
  createSale,
  creditId,
  type GovernanceContract,
  governanceOf,
  keeperRegistryAbi,
  lowerExitPenalty,
  SERVICE_NAMES,
  type ServiceName,
  sendTokens,
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
  toAction,
} from "@gimbal/sdk";
import type { Address } from "viem";
import { ASSET_FORMS } from "./assetForms.ts";
import { type ActionForm, address, field, flag, percentField } from "./fields.ts";
import type { FormReader } from "./reader.ts";
import { readTiers } from "./tierLines.ts";

const dao = (read: FormReader, name: GovernanceContract): Address => governanceOf(read.deployment)[name];
const contract = (read: FormReader, name: string): Address => {
  const found = read.deployment.contracts[name];
  if (found === undefined) read.fail("", `This network has no ${name}.`);
  return found ?? "0x0000000000000000000000000000000000000000";
};

const money: readonly ActionForm[] = [
  {
    id: "protocolFee",
    title: "Protocol fee",
    about: "The protocol's part of the fees of indices, and who receives it.",
    fields: [percentField("fee", "Part of the fees"), address("recipient", "Paid to", "Usually FeeSplitter.")],
    build: (read) =>
      setProtocolFee({
        factory: read.deployment.contracts.IndexFactory,
        ...{ bps: read.bps("fee"), recipient: read.address("recipient") },
      }),
  },
  {
    id: "revenueShares",
    title: "Revenue split",
    about: "How revenue is split. The four parts make 100%.",
    fields: [
      percentField("stakers", "Stakers"),
      percentField("buyback", "Buyback"),
      percentField("treasury", "Treasury"),
      percentField("keepers", "Keepers"),
    ],
    build: (read) => {
      const [stakers, buyback] = [read.bps("stakers"), read.bps("buyback")];
      const [treasury, keepers] = [read.bps("treasury"), read.bps("keepers")];
      const sum = stakers + buyback + treasury + keepers;
      if (read.faults.size === 0 && sum !== 10_000) read.fail("keepers", `The parts make ${sum / 100}%, not 100%.`);
      return setRevenueShares({ splitter: dao(read, "FeeSplitter"), shares: { stakers, buyback, treasury, keepers } });
    },
  },
  {
    id: "payment",
    title: "Payment from the treasury",
    about: "Sends tokens that the timelock holds, which is the treasury.",
    fields: [
      address("token", "Token", "GovernanceToken for GIM."),
      address("to", "Paid to"),
      field("amount", "Amount", "amount"),
    ],
    build: (read) => {
      const token = read.address("token");
      const amount = read.amount("amount", read.decimalsOf("token", token));
      if (amount === 0n) read.fail("amount", "Write an amount above 0.");
      return sendTokens({ token, to: read.address("to"), amount });
    },
  },
  {
    id: "rewardToken",
    title: "Tokens that stakers are paid in",
    about: "Lists a token that stakers may be paid in, or removes it.",
    fields: [address("token", "Token"), flag("listed", "Paid in it", "Yes", "No longer")],
    build: (read) =>
      setRewardToken({
        distributor: dao(read, "RevenueDistributor"),
        ...{ token: read.address("token"), isListed: read.flag("listed") },
      }),
  },
  {
    id: "creditPrice",
    title: "Price of a service",
    about: "What one credit of a service costs. Credits that were bought stay as they are.",
    fields: [
      field("service", "Service", "choice", { options: SERVICE_NAMES.map((name) => [name, name] as const) }),
      field("usdc", "Price in USDC", "amount", { unit: "USDC", hint: "0: not sold for USDC." }),
      field("gim", "Price in GIM", "amount", { unit: "GIM", hint: "0: not sold for GIM." }),
    ],
    build: (read) => {
      const service = SERVICE_NAMES.find((name) => name === read.text("service"));
      if (service === undefined) read.fail("service", "Choose a service.");
      return toAction({
        ...{ target: contract(read, "AccessPass"), abi: accessPassAbi, functionName: "setCreditPrice" },
        args: [creditId((service ?? "signals") satisfies ServiceName), read.amount("usdc", 6), read.amount("gim", 18)],
      });
    },
  },
  {
    id: "planPrice",
    title: "Price of a plan",
    about: "What 30 days of a plan cost.",
    fields: [
      field("plan", "Number of the plan", "whole"),
      field("usdc", "Price in USDC", "amount", { unit: "USDC", hint: "0: not sold for USDC." }),
      field("gim", "Price in GIM", "amount", { unit: "GIM", hint: "0: not sold for GIM." }),
    ],
    build: (read) =>
      toAction({
        ...{ target: contract(read, "AccessPass"), abi: accessPassAbi, functionName: "setPlanPrice" },
        args: [BigInt(read.whole("plan")), read.amount("usdc", 6), read.amount("gim", 18)],
      }),
  },
];

const roles: readonly ActionForm[] = [
  {
    id: "signers",
    title: "Keeper signers of an index",
    about: "Announces the keys that decide for an index. They count after a delay, when somebody applies them.",
    fields: [
      address("vault", "Index"),
      field("signers", "Signers", "lines", { hint: "An address a line." }),
      field("threshold", "How many must sign", "whole"),
    ],
    build: (read) => {
      const signers = read.addresses("signers");
      const threshold = read.whole("threshold", 1, Math.max(1, signers.length));
      return toAction({
        ...{ target: read.deployment.contracts.KeeperRegistry, abi: keeperRegistryAbi, functionName: "proposeSigners" },
        args: [read.address("vault"), signers, threshold],
      });
    },
  },
  {
    id: "guardian",
    title: "Guardian",
    about: "Names who may pause and cancel for the whole protocol, for at most 365 days. A guardian moves no tokens.",
    fields: [address("guardian", "Guardian"), field("expiresAt", "Until (UTC)", "moment")],
    build: (read) =>
      setGuardian({
        keeperRegistry: read.deployment.contracts.KeeperRegistry,
        ...{ guardian: read.address("guardian"), expiresAt: read.moment("expiresAt") },
      }),
  },
  {
    id: "depositor",
    title: "Who may lock for others",
    about: "Lets a contract lock GIM for others, or no longer.",
    fields: [address("depositor", "Contract"), flag("allowed", "May lock for others", "Yes", "No longer")],
    build: (read) =>
      setDepositor({
        escrow: dao(read, "VotingEscrow"),
        ...{ depositor: read.address("depositor"), allowed: read.flag("allowed") },
      }),
  },
  {
    id: "optimisticProposer",
    title: "Who may propose optimistically",
    about: "An optimistic proposal passes unless enough votes veto it.",
    fields: [address("proposer", "Account"), flag("allowed", "May propose", "Yes", "No longer")],
    build: (read) =>
      setOptimisticProposer({
        module: dao(read, "OptimisticModule"),
        ...{ proposer: read.address("proposer"), allowed: read.flag("allowed") },
      }),
  },
  {
    id: "optimisticCall",
    title: "What may be proposed optimistically",
    about: "Lets one function of one contract be called on the optimistic path, or no longer.",
    fields: [
      address("target", "Contract"),
      field("selector", "Function", "hex", { hint: "The first four bytes of the call: 0x and eight digits." }),
      flag("allowed", "May be proposed", "Yes", "No longer"),
    ],
    build: (read) =>
      setOptimisticCall({
        ...{ module: dao(read, "OptimisticModule"), target: read.address("target") },
        ...{ selector: read.hex("selector", 4), allowed: read.flag("allowed") },
      }),
  },
];

const rules: readonly ActionForm[] = [
  {
    id: "tiers",
    title: "Tiers of the Staking Score",
    about: "All ten tiers, from the next week on.",
    fields: [
      field("tiers", "Tiers, one a line, the lowest first", "lines", {
        hint: "Score in GIM; fee discount %; API discount %; proposals a month; sale cap in USD; sale opens after seconds; multiplier at launches in %",
      }),
    ],
    build: (read) => setScoreTiers({ scores: dao(read, "ScoreRegistry"), tiers: readTiers(read) }),
  },
  {
    id: "quorum",
    title: "Bounds of the quorum",
    about: "The least and the largest quorum of proposals to come.",
    fields: [
      field("floor", "At least", "amount", { unit: "veGIM" }),
      field("cap", "At most", "amount", { unit: "veGIM" }),
    ],
    build: (read) => {
      const [floor, cap] = [read.amount("floor", 18), read.amount("cap", 18)];
      if (read.faults.size === 0 && floor > cap) read.fail("cap", "It is below the least quorum.");
      return setQuorumBounds({ governor: dao(read, "IndexGovernor"), floor, cap });
    },
  },
  {
    id: "votingPeriod",
    title: "How long votes last",
    about: "Of proposals to come.",
    fields: [field("days", "Length", "days", { unit: "days" })],
    build: (read) => setVotingPeriod({ governor: dao(read, "IndexGovernor"), seconds: read.days("days") }),
  },
  {
    id: "exitPenalty",
    title: "Penalty of an early exit",
    about: "Lowers the largest penalty, for good: it cannot be raised again.",
    fields: [percentField("penalty", "Largest penalty")],
    build: (read) => lowerExitPenalty({ escrow: dao(read, "VotingEscrow"), bps: read.bps("penalty") }),
  },
  {
    id: "version",
    title: "Code of new indices",
    about: "New indices run another implementation. Those that exist stay as they are.",
    fields: [address("implementation", "Implementation")],
    build: (read) =>
      addVaultVersion({
        factory: read.deployment.contracts.IndexFactory,
        implementation: read.address("implementation"),
      }),
  },
  {
    id: "sale",
    title: "Announce a sale",
    about: "An early-access sale of a token. Its terms never change.",
    fields: [
      address("issuer", "Issuer", "Brings the tokens, gets the payment and what was not sold."),
      address("saleToken", "Token sold"),
      field("saleAmount", "Amount sold", "amount"),
      address("paymentToken", "Paid in", "A US dollar token, such as USDC."),
      field("hardCap", "Most that is accepted", "amount"),
      field("softCap", "Refunded below", "amount"),
      field("snapshot", "Scores are read (UTC)", "moment"),
      field("start", "Begins (UTC)", "moment"),
      field("end", "Ends (UTC)", "moment"),
      field("cliff", "Nothing is released for", "days", { unit: "days" }),
      field("vesting", "All is released after", "days", { unit: "days" }),
      percentField("fee", "Fee on the payment"),
    ],
    build: (read) => {
      const [saleToken, paymentToken] = [read.address("saleToken"), read.address("paymentToken")];
      const paid = read.decimalsOf("paymentToken", paymentToken);
      return createSale({
        saleFactory: dao(read, "SaleRoundFactory"),
        terms: {
          ...{ issuer: read.address("issuer"), saleToken, paymentToken, feeBps: read.bps("fee") },
          saleAmount: read.amount("saleAmount", read.decimalsOf("saleToken", saleToken)),
          ...{ hardCap: read.amount("hardCap", paid), softCap: read.amount("softCap", paid) },
          ...{ snapshot: read.moment("snapshot"), start: read.moment("start"), end: read.moment("end") },
          ...{ cliff: read.days("cliff"), vesting: read.days("vesting") },
        },
      });
    },
  },
];

const raw: ActionForm = {
  id: "raw",
  title: "Any call",
  about: "For what has no form. Voters are told when a call cannot be read.",
  fields: [
    address("target", "Contract"),
    field("value", "Ether of the treasury", "amount", { unit: "ETH" }),
    field("data", "Data", "hex", { hint: "0x and digits; empty for a plain payment." }),
  ],
  build: (read) => {
    const value = read.text("value") === "" ? 0n : read.amount("value", 18);
    const data = read.hex("data");
    if (value === 0n && data === "0x") read.fail("data", "It neither calls nor pays anything.");
    return { target: read.address("target"), value, data };
  },
};

/** All forms, by what they are about. */
export const FORM_GROUPS: readonly { readonly title: string; readonly forms: readonly ActionForm[] }[] = [
  { title: "Assets", forms: ASSET_FORMS },
  { title: "Money", forms: money },
  { title: "Roles", forms: roles },
  { title: "Rules", forms: rules },
  { title: "Anything else", forms: [raw] },
];

/** A form by its id. */
export function formOf(id: string): ActionForm | undefined {
  return FORM_GROUPS.flatMap(({ forms }) => forms).find((form) => form.id === id);
}

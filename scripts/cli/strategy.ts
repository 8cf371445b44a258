import { type Hash, isHash, keccak256 } from "viem";
import {
  adoptStrategy,
  applyStrategy,
  getEarned,
  getStrategies,
  getStrategy,
  getVersions,
  methodologyHash,
  parseMethodology,
  payOutRoyalties,
  publishVersion,
  type RegisteredStrategy,
  registerStrategy,
  STRATEGY_KINDS,
  servicesOf,
  setResaleReceiver,
  setStrategyRoyalty,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { asAddress, connect, readBytes, readJson, requireAccount } from "./connect.ts";
import { currenciesOf, royaltyToken } from "./currencies.ts";
import { findIndex } from "./names.ts";
import { choice, type Flags, numberOf, required, say, UsageError, whole } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { percent, tokens } from "./words.ts";

const BPS = 10_000;

function asHash(text: string): Hash {
  if (isHash(text)) return text;
  throw new UsageError(`--hash must be 0x and 64 digits, not ${text}.`);
}

/** Hash of the document that --hash, --methodology or --file names. */
function documentHash({ hash, methodology, file }: Flags): Hash {
  if ([hash, methodology, file].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError("Give one of --hash, --methodology and --file.");
  }
  if (hash !== undefined) return asHash(hash);
  if (methodology !== undefined) return methodologyHash(parseMethodology(readJson(methodology, "methodology")));
  return keccak256(readBytes(file ?? "", "file"));
}

const bps = (text: string | undefined, flag: string): number | undefined =>
  text === undefined ? undefined : whole(text, flag, 0, BPS);

/** A session, the registry and the token of the first argument. */
async function open(flags: Flags, wanted: string | undefined) {
  const id = numberOf(wanted, "A strategy");
  const session = await connect(flags);
  const { StrategyRegistry: registry, StrategySharesFactory: sharesFactory } = servicesOf(session.deployment);
  return { session, client: session.client, registry, sharesFactory, id };
}

const rowOf = ({ id, kind, owner, shares, royaltyBps, resaleBps, versions, hash }: RegisteredStrategy): string[] => [
  String(id),
  kind,
  shares === undefined ? owner : `${owner} (shares)`,
  percent(royaltyBps),
  percent(resaleBps),
  String(versions),
  hash,
];

/** `strategy list`: all strategies and data sets. */
export async function listCommand(flags: Flags): Promise<void> {
  const { deployment, client } = await connect(flags);
  const { StrategyRegistry: registry, StrategySharesFactory: sharesFactory } = servicesOf(deployment);
  const from = flags.from === undefined ? 1n : numberOf(flags.from, "A strategy");
  const { total, strategies } = await getStrategies(client, { registry, from, sharesFactory });
  const heading = ["id", "kind", "owner", "royalty", "resale", "versions", "newest"];
  const lines = [`${strategies.length} of ${total}`, ...formatTable([heading, ...strategies.map(rowOf)], [1, 2, 6])];
  say(flags, lines, { total, strategies });
}

/** `strategy show`: one of them, with its versions and what it earned by use. */
export async function showCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, registry, sharesFactory, id } = await open(flags, wanted);
  const { AccessPass: pass } = servicesOf(session.deployment);
  const strategy = await getStrategy(client, { registry, id, sharesFactory });
  const [{ versions }, { usdc, gim }, { USDC, GIM }] = await Promise.all([
    getVersions(client, { registry, id, blockNumber: strategy.blockNumber }),
    getEarned(client, { pass, asset: id, blockNumber: strategy.blockNumber }),
    currenciesOf(session),
  ]);
  const { kind, owner, shares, royaltyBps, resaleBps, resaleReceiver, receiver } = strategy;
  const lines = [
    `${kind} ${id} of ${owner}${shares === undefined ? "" : ", which are shares of it"}`,
    `royalty ${percent(royaltyBps)} of the creator's part, paid to ${receiver}`,
    `resale royalty ${percent(resaleBps)} to ${resaleReceiver}`,
    `earned by use ${tokens(usdc, USDC.decimals)} USDC, ${tokens(gim, GIM.decimals)} GIM, not paid yet`,
    ...versions.map(
      ({ index, hash, uri, publishedAt }) =>
        `version ${index} of ${new Date(publishedAt * 1000).toISOString().slice(0, 10)}: ${hash} ${uri}`,
    ),
  ];
  say(flags, lines, { ...strategy, list: versions, earned: { usdc, gim } });
}

/** `strategy register`: a strategy or data set as a token of the account. */
export async function registerCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { StrategyRegistry: registry } = servicesOf(session.deployment);
  const hash = documentHash(flags);
  const action = registerStrategy(session.client, {
    registry,
    kind: choice(flags.kind ?? "strategy", "kind", STRATEGY_KINDS),
    uri: required(flags.uri, "uri"),
    hash,
    royaltyBps: bps(flags["royalty-bps"], "royalty-bps"),
    resaleBps: bps(flags["resale-bps"], "resale-bps"),
    account: requireAccount(session),
  });
  const performed = await perform(session, flags, action, "a registration");
  const id = performed.result?.id;
  const lines = [performed.isSent ? `registered as ${id}, hash ${hash}` : `would be ${id} now, hash ${hash}`];
  sayPerformed(flags, performed, "a registration", { lines, json: { hash } });
}

/** `strategy publish`: another version. */
export async function publishCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, registry, id } = await open(flags, wanted);
  const account = requireAccount(session);
  const hash = documentHash(flags);
  const action = publishVersion(client, { registry, id, uri: required(flags.uri, "uri"), hash, account });
  const words = `a version of token ${id}`;
  sayPerformed(flags, await perform(session, flags, action, words), words, { lines: [`hash ${hash}`], json: { hash } });
}

/** `strategy royalty`: the royalty of later adoptions. */
export async function royaltyCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, registry, id } = await open(flags, wanted);
  const account = requireAccount(session);
  const royaltyBps = whole(required(flags["royalty-bps"], "royalty-bps"), "royalty-bps", 0, BPS);
  const words = `a royalty of ${percent(royaltyBps)} for later adoptions of token ${id}`;
  const action = setStrategyRoyalty(client, { registry, id, royaltyBps, account });
  sayPerformed(flags, await perform(session, flags, action, words), words);
}

/** `strategy resale`: who gets the resale royalty. */
export async function resaleCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, client, registry, id } = await open(flags, wanted);
  const account = requireAccount(session);
  const receiver = asAddress(required(flags.to, "to"), "to");
  const words = `the resale royalty of token ${id} to ${receiver}`;
  const action = setResaleReceiver(client, { registry, id, receiver, account });
  sayPerformed(flags, await perform(session, flags, action, words), words);
}

/** `strategy pay-out`: royalties that wait in one token, to the owner. */
export async function payOutCommand(flags: Flags, [wanted, text = ""]: readonly string[]): Promise<void> {
  const { session, client, registry, id } = await open(flags, wanted);
  const account = requireAccount(session);
  const token = await royaltyToken(session, text);
  const action = await payOutRoyalties(client, { registry, id, token: token.address, account });
  const performed = await perform(session, flags, action, "a payment of royalties");
  const lines = [
    `${tokens(performed.result?.amount ?? 0n, token.decimals)} ${token.symbol} to the owner of token ${id}`,
  ];
  sayPerformed(flags, performed, "a payment of royalties", { lines, json: { token } });
}

/** `strategy adopt`: announces for an index what the registry says now. */
export async function adoptCommand(flags: Flags, [wanted, index = ""]: readonly string[]): Promise<void> {
  const { session, client, registry, id } = await open(flags, wanted);
  const account = requireAccount(session);
  const vault = await findIndex(session, index);
  const action = await adoptStrategy(client, {
    registry,
    id,
    vault,
    expectedHash: flags.hash === undefined ? undefined : asHash(flags.hash),
    maxRoyaltyBps: bps(flags["max-royalty-bps"], "max-royalty-bps"),
    account,
  });
  const { strategy } = action;
  const performed = await perform(session, flags, action, "an announcement");
  const { methodologyHash: hash, royaltyBps } = strategy;
  const lines = [
    `strategy ${id} for ${vault}: version ${hash}, royalty ${percent(royaltyBps)} to ${strategy.recipient}`,
    `after seven days: gimbal strategy apply ${id} ${index} --hash ${hash} --royalty-bps ${royaltyBps} --send`,
  ];
  sayPerformed(flags, performed, "an announcement", { lines, json: { vault, strategy } });
}

/** `strategy apply`: puts what was announced in force. */
export async function applyCommand(flags: Flags, [wanted, index = ""]: readonly string[]): Promise<void> {
  const { session, client, registry, id } = await open(flags, wanted);
  const account = requireAccount(session);
  const [vault, now] = await Promise.all([findIndex(session, index), getStrategy(client, { registry, id })]);
  const strategy = {
    recipient: now.receiver,
    royaltyBps: bps(flags["royalty-bps"], "royalty-bps") ?? now.royaltyBps,
    methodologyHash: flags.hash === undefined ? now.hash : asHash(flags.hash),
  };
  const words = `the adoption of strategy ${id}`;
  const performed = await perform(session, flags, applyStrategy(client, { vault, strategy, account }), words);
  sayPerformed(flags, performed, words, { json: { vault, strategy } });
}

import { getBlock } from "viem/actions";
import {
  buyCredits,
  buyPlan,
  claimEarned,
  encodeReceiptHeader,
  type GetCreditsReturnType,
  getCredits,
  loadCredits,
  PASS_IDS,
  requestUnload,
  SERVICE_NAMES,
  type ServiceName,
  servicesOf,
  setSessionKey,
  signUsageReceipt,
  startTrial,
  unloadCredits,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { asAddress, connect, requireAccount, requireSender, type Session } from "./connect.ts";
import { currenciesOf, currencyOf } from "./currencies.ts";
import type { Token } from "./names.ts";
import { amount, choice, type Flags, numberOf, required, say, UsageError, whole } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { tokens } from "./words.ts";

const [HOUR, DAY] = [3_600, 86_400];
const MOST_DAYS = 365;
const MOST_UNITS = 2 ** 32 - 1;
const MOST_PERIODS = 36;
const MOST_PLANS = 999;
/** {hours} The API takes no receipt that ends later. */
const MOST_HOURS = 30 * 24;
/** {hours} The API takes no receipt that ends within two hours. */
const DEFAULT_HOURS = "26";

const serviceOf = (text: string | undefined): ServiceName => choice(text ?? "", "service", SERVICE_NAMES);

const unitsOf = ({ units }: Flags, least = 1): bigint =>
  BigInt(whole(required(units, "units"), "units", least, MOST_UNITS));

const money = (raw: bigint, { decimals, symbol }: Token): string => `${tokens(raw, decimals)} ${symbol}`;

const day = (time: bigint): string => new Date(Number(time) * 1000).toISOString().slice(0, 16).replace("T", " ");

async function open(flags: Flags) {
  const session = await connect(flags);
  return { session, client: session.client, pass: servicesOf(session.deployment).AccessPass };
}

/** What both purchases take from the flags. */
async function buying(session: Session, flags: Flags) {
  const currency = await currencyOf(session, flags);
  const most = flags["max-cost"];
  return {
    token: currency,
    parameters: {
      currency: currency.address,
      maxCost: most === undefined ? undefined : amount(most, "max-cost", currency.decimals),
      receiver: flags.to === undefined ? undefined : asAddress(flags.to, "to"),
      account: requireAccount(session),
    },
  };
}

function trialLine({ trial: { state, units, endsAt } }: GetCreditsReturnType): string {
  if (state === "running") return `trial: ${units} left until ${day(endsAt ?? 0n)} UTC`;
  if (state === "available") return `trial: ${units} credits for 7 days (gimbal credits trial)`;
  return state === "over" ? "trial: over" : "trial: none are given now";
}

/** `credits show`: all that the account has of the services. */
export async function showCommand(flags: Flags): Promise<void> {
  const { session, client, pass } = await open(flags);
  const [found, { USDC, GIM }] = await Promise.all([
    getCredits(client, { pass, account: requireAccount(session) }),
    currenciesOf(session),
  ]);
  const price = (usdc: bigint, gim: bigint): string =>
    [usdc > 0n ? money(usdc, USDC) : "", gim > 0n ? money(gim, GIM) : ""].filter(Boolean).join(" or ") || "not sold";
  const credits = found.credits.map(({ service, wallet, meter, noticeUnits, noticeEndsAt, usdcPrice, gimPrice }) => [
    ...[service, String(wallet), String(meter)],
    noticeEndsAt === undefined ? "" : `${noticeUnits} from ${day(noticeEndsAt)}`,
    price(usdcPrice, gimPrice),
  ]);
  const plans = found.plans.map(({ plan, services, creditsPerDay, usdcPrice, gimPrice, endsAt, isRunning }) => [
    ...[String(plan), services.join(" "), String(creditsPerDay)],
    isRunning ? `until ${day(endsAt ?? 0n)}` : endsAt === undefined ? "" : "over",
    price(usdcPrice, gimPrice),
  ]);
  const lines = [
    ...formatTable([["credits", "wallet", "meter", "leaving", "each"], ...credits], [0, 3, 4]),
    ...formatTable([["plan", "services", "a day", "yours", "30 days"], ...plans], [0, 1, 3, 4]),
    trialLine(found),
    ...(found.key === undefined ? [] : [`key ${found.key.address} until ${day(found.key.until)} UTC`]),
  ];
  say(flags, lines, found);
}

/** `credits buy`: credits into a wallet. */
export async function buyCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const service = serviceOf(text);
  const units = unitsOf(flags);
  const { session, client, pass } = await open(flags);
  const { token, parameters } = await buying(session, flags);
  const action = await buyCredits(client, { pass, service, units, ...parameters });
  const words = `a purchase of ${units} credits for ${service}`;
  const performed = await perform(session, flags, action, words);
  const { quote } = action;
  sayPerformed(flags, performed, words, { lines: [`costs ${money(quote.cost, token)}`], json: { quote } });
}

/** `credits plan`: buys or prolongs a plan. */
export async function planCommand(flags: Flags, [text = ""]: readonly string[]): Promise<void> {
  const plan = whole(text, "plan", 0, MOST_PLANS);
  const periods = BigInt(whole(flags.periods ?? "1", "periods", 1, MOST_PERIODS));
  const { session, client, pass } = await open(flags);
  const { token, parameters } = await buying(session, flags);
  const action = await buyPlan(client, { pass, plan, periods, ...parameters });
  const words = `${Number(periods) * 30} days of plan ${plan}`;
  const performed = await perform(session, flags, action, words);
  const { quote } = action;
  sayPerformed(flags, performed, words, { lines: [`costs ${money(quote.cost, token)}`], json: { quote } });
}

/** `credits trial`: begins the account's trial. */
export async function trialCommand(flags: Flags): Promise<void> {
  const { session, client, pass } = await open(flags);
  const action = startTrial(client, { pass, account: requireAccount(session) });
  sayPerformed(flags, await perform(session, flags, action, "a trial"), "a trial");
}

/** `credits load`: from the wallet into the meter. */
export async function loadCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const service = serviceOf(text);
  const units = unitsOf(flags);
  const { session, client, pass } = await open(flags);
  const action = loadCredits(client, { pass, service, units, account: requireAccount(session) });
  const words = `a loading of ${units} credits for ${service}`;
  sayPerformed(flags, await perform(session, flags, action, words), words);
}

/** `credits notice`: that credits are to leave the meter. */
export async function noticeCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const service = serviceOf(text);
  const units = unitsOf(flags, 0);
  const { session, client, pass } = await open(flags);
  const action = requestUnload(client, { pass, service, units, account: requireAccount(session) });
  const words = units === 0n ? "the end of a notice" : `a day's notice for ${units} credits for ${service}`;
  sayPerformed(flags, await perform(session, flags, action, words), words);
}

/** `credits unload`: what was in notice, into the wallet. */
export async function unloadCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const service = serviceOf(text);
  const { session, client, pass } = await open(flags);
  const action = unloadCredits(client, { pass, service, account: requireAccount(session) });
  const performed = await perform(session, flags, action, "an unloading");
  sayPerformed(flags, performed, "an unloading", {
    lines: [`${performed.result?.units ?? 0n} credits for ${service}`],
  });
}

/** `credits key`: who may sign receipts for the account. */
export async function keyCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const key = text === undefined ? undefined : asAddress(text, "key");
  if (key === undefined && flags.days !== undefined) throw new UsageError("--days belongs to a key.");
  const { session, client, pass } = await open(flags);
  const { timestamp } = await getBlock(client);
  const days = whole(flags.days ?? "30", "days", 1, MOST_DAYS);
  const until = key === undefined ? undefined : Number(timestamp) + days * DAY;
  const action = setSessionKey(client, { pass, key, until, account: requireAccount(session) });
  const words = key === undefined ? "no key" : `the key ${key} for ${days} days`;
  sayPerformed(flags, await perform(session, flags, action, words), words, { json: { key, until } });
}

/** `credits claim`: what a strategy or data set earned by use, to its owner. */
export async function claimCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const asset = numberOf(text, "A strategy");
  const { session, client, pass } = await open(flags);
  const currency = await currencyOf(session, flags);
  const action = claimEarned(client, { pass, asset, currency: currency.address, account: requireAccount(session) });
  const performed = await perform(session, flags, action, "a payment of earnings");
  const lines = [`${money(performed.result?.amount ?? 0n, currency)} to the owner of token ${asset}`];
  sayPerformed(flags, performed, "a payment of earnings", { lines });
}

/** `credits sign`: a receipt for one request of the API, as its header. */
export async function signCommand(flags: Flags, [text]: readonly string[]): Promise<void> {
  const id = PASS_IDS[choice(text ?? "", "service", [...SERVICE_NAMES, "trial"] as const)];
  const units = Number(unitsOf(flags));
  const nonce = required(flags.nonce, "nonce");
  if (!/^\d{1,27}$/.test(nonce)) throw new UsageError(`--nonce must be a whole number, not ${nonce}.`);
  const { session, client, pass } = await open(flags);
  const signer = requireSender(session);
  const { timestamp } = await getBlock(client);
  const hours = whole(flags.hours ?? DEFAULT_HOURS, "hours", 1, MOST_HOURS);
  const receipt = {
    account: flags.payer === undefined ? signer.address : asAddress(flags.payer, "payer"),
    id,
    asset: flags.asset === undefined || flags.asset === "0" ? 0n : numberOf(flags.asset, "A strategy"),
    nonce: BigInt(nonce),
    units,
    validUntil: Number(timestamp) + hours * HOUR,
  };
  const domain = { chainId: session.deployment.chainId, accessPass: pass };
  const signed = await signUsageReceipt(signer, domain, receipt);
  const header = encodeReceiptHeader(signed);
  say(flags, [`Gimbal-Receipt: ${header}`], { receipt: signed, header });
}

import { type Address, erc20Abi, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import {
  getBasket,
  getEpoch,
  getIndices,
  getLock,
  getNav,
  getTier,
  getVault,
  governanceOf,
  mint,
  previewMint,
  previewRedeem,
  redeem,
  type TokenAmount,
  zapIn,
  zapOut,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { connect, requireAccount, type Session } from "./connect.ts";
import { findIndex, findToken, sharesOf, slippageOf, venueOf } from "./names.ts";
import { type Flags, say, UsageError } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { dollars, tokens } from "./words.ts";

const DECIMALS = 18;

async function balanceOf({ client, account }: Session, token: Address): Promise<bigint> {
  if (account === undefined) return 0n;
  return readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] });
}

async function summaryOf(session: Session, vault: Address) {
  const { client, deployment } = session;
  const [{ name, symbol, basketSize, paused }, { perShare, total, unpriced }, { id, phase }, held] = await Promise.all([
    getVault(client, { vault }),
    getNav(client, { lens: deployment.contracts.IndexLens, vault }),
    getEpoch(client, { vault }),
    balanceOf(session, vault),
  ]);
  const value = (held * perShare) / 10n ** 18n;
  return { vault, name, symbol, basketSize, paused, perShare, total, unpriced, epoch: id, phase, held, value };
}

async function stakeOf({ client, deployment, account }: Session) {
  const staking = deployment.contracts["VotingEscrow"];
  if (account === undefined || staking === undefined) return undefined;
  const { VotingEscrow: escrow, ScoreRegistry: scores } = governanceOf(deployment);
  const [{ status, amount, end, votes }, { tier, score }] = await Promise.all([
    getLock(client, { escrow, scores, account }),
    getTier(client, { scores, account }),
  ]);
  return { status, amount, end, votes, tier, score };
}

/** `status`: the indices of a chain, or one of them, and what the account has of them. */
export async function statusCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const session = await connect(flags);
  const { client, deployment, account } = session;
  const vaults =
    wanted === undefined
      ? (await getIndices(client, { factory: deployment.contracts.IndexFactory })).indices
      : [await findIndex(session, wanted)];
  const [indices, stake] = await Promise.all([
    Promise.all(vaults.map((vault) => summaryOf(session, vault))),
    stakeOf(session),
  ]);
  const rows = indices.map(({ symbol, vault, basketSize, perShare, total, epoch, phase, held, value }) => [
    symbol,
    vault,
    String(basketSize),
    dollars(perShare),
    dollars(total),
    `${epoch} ${phase}`,
    ...(account === undefined ? [] : [tokens(held, DECIMALS), dollars(value)]),
  ]);
  const heading = ["index", "address", "tokens", "per share", "worth", "rebalance"];
  const lines = [
    `chain ${deployment.chainId}, ${indices.length} indices`,
    ...formatTable([[...heading, ...(account === undefined ? [] : ["held", "worth"])], ...rows], [0, 1, 5]),
    ...(stake === undefined
      ? []
      : [
          `lock ${stake.status}: ${tokens(stake.amount, DECIMALS)} GIM, ${tokens(stake.votes, DECIMALS)} votes, tier ${stake.tier}`,
        ]),
  ];
  say(flags, lines, { chainId: deployment.chainId, account, indices, stake });
}

async function linesOf({ client }: Session, vault: Address, amounts: readonly TokenAmount[]): Promise<string[]> {
  const { tokens: basket } = await getBasket(client, { vault });
  const symbols = await Promise.all(
    amounts.map(({ token }) =>
      readContract(client, { address: token, abi: erc20Abi, functionName: "symbol" }).catch(() => token),
    ),
  );
  const rows = amounts.map(({ amount }, i) => [symbols[i] ?? "", tokens(amount, basket[i]?.decimals ?? DECIMALS)]);
  return formatTable([["token", "amount"], ...rows]);
}

async function open(flags: Flags, wanted: string | undefined) {
  if (wanted === undefined) throw new UsageError("Which index?");
  const session = await connect(flags);
  const vault = await findIndex(session, wanted);
  const { perShare } = await getNav(session.client, { lens: session.deployment.contracts.IndexLens, vault });
  const shares = sharesOf(flags, perShare);
  return { session, vault, shares, worth: (shares * perShare) / 10n ** 18n };
}

/** The parameters that both zaps share. */
function zapOf(session: Session, flags: Flags) {
  return {
    zap: session.deployment.contracts.Zap,
    venue: venueOf(session),
    slippageBps: slippageOf(flags),
    authorization: flags.permit === true ? ("erc2612" as const) : ("approval" as const),
  };
}

/** `quote`: what shares cost or bring now, in kind or in one token. Sends nothing. */
export async function quoteCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, vault, shares, worth } = await open(flags, wanted);
  const { client } = session;
  const inKind =
    flags.sell === true ? await previewRedeem(client, { vault, shares }) : await previewMint(client, { vault, shares });
  const head = `${flags.sell === true ? "selling" : "buying"} ${tokens(shares, DECIMALS)} shares, worth ${dollars(worth)}`;
  if (flags.with === undefined) {
    const lines = [head, ...(await linesOf(session, vault, inKind.amounts))];
    return say(flags, lines, { vault, shares, worth, ...inKind });
  }
  const token = await findToken(session, flags.with, "with");
  // A quote needs no account: nothing is taken from anyone.
  const common = {
    ...zapOf(session, {}),
    slippageBps: slippageOf(flags),
    vault,
    shares,
    account: session.account ?? zeroAddress,
  };
  const quoted =
    flags.sell === true
      ? (await zapOut(client, { ...common, tokenOut: token.address })).quotedOut
      : (await zapIn(client, { ...common, tokenIn: token.address })).quotedIn;
  const line = `${head}: ${tokens(quoted, token.decimals)} ${token.symbol} on the market now`;
  say(flags, [line], { vault, shares, worth, token, quoted });
}

/** `deposit`: mints shares for one token (--with) or for every token of the index. */
export async function depositCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, vault, shares, worth } = await open(flags, wanted);
  const { client } = session;
  const account = requireAccount(session);
  const words = `a deposit for ${tokens(shares, DECIMALS)} shares, worth ${dollars(worth)}`;
  if (flags.with === undefined) {
    const action = await mint(client, { vault, shares, account, slippageBps: slippageOf(flags) });
    const lines = flags.json === true ? [] : await linesOf(session, vault, action.maxAmounts);
    const performed = await perform(session, flags, action, words);
    const { maxAmounts, feeShares } = action;
    return sayPerformed(flags, performed, words, { lines, json: { vault, shares, maxAmounts, feeShares } });
  }
  const token = await findToken(session, flags.with, "with");
  const action = await zapIn(client, { ...zapOf(session, flags), vault, tokenIn: token.address, shares, account });
  const performed = await perform(session, flags, action, words);
  const { quotedIn, amountIn } = action;
  const lines = [
    `costs ${tokens(quotedIn, token.decimals)} ${token.symbol}, ${tokens(amountIn, token.decimals)} at most`,
  ];
  sayPerformed(flags, performed, words, { lines, json: { vault, shares, token, quotedIn, amountIn } });
}

/** `redeem`: burns shares for one token (--into) or for every token of the index. */
export async function redeemCommand(flags: Flags, [wanted]: readonly string[]): Promise<void> {
  const { session, vault, shares, worth } = await open(flags, wanted);
  const { client } = session;
  const account = requireAccount(session);
  const words = `a redemption of ${tokens(shares, DECIMALS)} shares, worth ${dollars(worth)}`;
  if (flags.into === undefined) {
    const action = await redeem(client, { vault, shares, account, slippageBps: slippageOf(flags) });
    const lines = flags.json === true ? [] : await linesOf(session, vault, action.minAmounts);
    const performed = await perform(session, flags, action, words);
    return sayPerformed(flags, performed, words, { lines, json: { vault, shares, minAmounts: action.minAmounts } });
  }
  const token = await findToken(session, flags.into, "into");
  const action = await zapOut(client, { ...zapOf(session, flags), vault, tokenOut: token.address, shares, account });
  const performed = await perform(session, flags, action, words);
  const { quotedOut, minOut } = action;
  const lines = [
    `brings ${tokens(quotedOut, token.decimals)} ${token.symbol}, ${tokens(minOut, token.decimals)} at least`,
  ];
  sayPerformed(flags, performed, words, { lines, json: { vault, shares, token, quotedOut, minOut } });
}

import { type Address, createClient, http, type LocalAccount } from "viem";
import { getBlock, getChainId } from "viem/actions";
import { type AnyClient, type Deployment, DeploymentInvalidError, UnknownChainError } from "../../sdk/src/index.ts";
import { openWallet } from "../cli/wallet.ts";
import { type BotParts, requireTier } from "./bot.ts";
import { BotSettingsError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { PaperExchange } from "./paper.ts";
import { ChainlinkReference, type TradedToken } from "./prices.ts";
import type { BotSettings } from "./settings.ts";
import { apiSignals, journalSignals } from "./signals.ts";
import type { BotStore } from "./store.ts";
import { UniswapExchange } from "./uniswap.ts";

/** What a run is opened with. */
export interface Opening {
  readonly rpc: string;
  readonly deployment: Deployment;
  readonly settings: BotSettings;
  readonly store: BotStore;
  readonly send: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Puts a bot together from its settings. Throws BotSettingsError, WalletError, UnknownChainError. */
export async function openBot(opening: Opening): Promise<BotParts> {
  const { settings, deployment, store, send } = opening;
  const wallet = await openWallet(settings.wallet, opening.environment);
  const account = accountOf(settings, wallet);
  const client: AnyClient = createClient({
    ...(wallet !== undefined && { account: wallet }),
    transport: http(opening.rpc, { retryCount: 1 }),
    pollingInterval: 500,
    cacheTime: 0,
  });
  const chainId = await getChainId(client);
  if (chainId !== deployment.chainId) throw new UnknownChainError(chainId, [deployment.chainId]);
  const scores = deployment.contracts["ScoreRegistry"];
  if (scores === undefined) throw new DeploymentInvalidError("contracts.ScoreRegistry", "is missing");
  const tokens = [...settings.tokens, settings.quote].map((symbol) => tokenOf(deployment, symbol));
  const reference = new ChainlinkReference(client, deployment.contracts.AssetRegistry, tokens);
  const clock = async (): Promise<number> => Number((await getBlock(client)).timestamp);
  const exchange = await openExchange({ opening, client, wallet, reference, tokens });
  const { quote, limits, leastTier, signals } = settings;
  return {
    ...{ exchange, store, reference, tokens: settings.tokens, quote, limits, clock, send },
    account: `${exchange.id}:${chainId}:${account}`,
    gate: () => requireTier(client, { scores, account, least: leastTier }),
    signals:
      "api" in signals
        ? apiSignals(signals.api, { tokens })
        : journalSignals(signals.journal, { chainId, vault: signals.index, tokens }),
  };
}

function accountOf({ venue, account }: BotSettings, wallet: LocalAccount | undefined): Address {
  if (wallet === undefined && venue === "uniswap") {
    throw new BotSettingsError("To trade on chain the bot needs a wallet. Set GIMBAL_WALLET_KEY, or `wallet`.");
  }
  if (account !== undefined && wallet !== undefined && account !== wallet.address) {
    throw new BotSettingsError(`account is ${account}, and the wallet is ${wallet.address}. Leave account out.`);
  }
  const found = wallet?.address ?? account;
  if (found === undefined) throw new BotSettingsError("Whose tier counts? Name `account`, or give a wallet.");
  return found;
}

function tokenOf({ tokens }: Deployment, symbol: string): TradedToken {
  const token = tokens[symbol];
  if (token !== undefined) return { symbol, address: token.address, decimals: token.decimals };
  throw new BotSettingsError(`The deployment has no token ${symbol}. It has ${Object.keys(tokens).join(", ")}.`);
}

interface ExchangeParts {
  readonly opening: Opening;
  readonly client: AnyClient;
  readonly wallet: LocalAccount | undefined;
  readonly reference: ChainlinkReference;
  readonly tokens: readonly TradedToken[];
}

async function openExchange({ opening, client, wallet, reference, tokens }: ExchangeParts): Promise<Exchange> {
  const { settings, deployment, store } = opening;
  const { quote, paper, uniswap, limits } = settings;
  if (settings.venue === "paper" || wallet === undefined) {
    const price = (symbol: string) => reference.price(symbol);
    return PaperExchange.open({ ...paper, store, quote, price, clock: () => Math.floor(Date.now() / 1_000) });
  }
  const { external } = deployment;
  const middle = tokens.filter(({ symbol }) => symbol === quote).map(({ address }) => address);
  return new UniswapExchange({
    ...{ client, account: wallet, store, tokens, quote, reference, router: external.swapRouter02 },
    venue: { ...external, via: [external.weth, ...middle] },
    ...{ slippageBps: limits.slippageBps, deadline: uniswap.deadline, probe: uniswap.probe },
  });
}

import {
  type Address,
  type Chain,
  custom,
  type EIP1193RequestFn,
  getAddress,
  type Hex,
  http,
  InvalidParamsRpcError,
  MethodNotSupportedRpcError,
  numberToHex,
  SwitchChainError,
  UserRejectedRequestError,
} from "viem";
import { createConnector } from "wagmi";
import type { Signer } from "./signer.ts";

/** What the embedded wallet is about to do; the person agrees or refuses. */
export type SigningRequest = {
  /** Of the chain that it is for. */
  readonly chainName: string;
  readonly account: Address;
} & (
  | {
      readonly kind: "transaction";
      readonly to: Address | null;
      /** {wei} */
      readonly value: bigint;
      readonly data: Hex;
      /** {wei} that the network takes at most */
      readonly maxFee: bigint;
    }
  | { readonly kind: "message"; readonly raw: Hex }
  | { readonly kind: "typedData"; readonly text: string }
);

/** How the wallet talks to the person in front of it. */
export interface Approver {
  /** The unlocked key; undefined when the person gave up. */
  unlock(): Promise<Hex | undefined>;
  /** Whether the person agrees. */
  confirm(request: SigningRequest): Promise<boolean>;
}

export const EMBEDDED_ID = "gimbal.embedded";

/**
 * The wallet of this browser as a connector beside those that it announces (EIP-6963). Its key is open in memory while it is
 * connected, and nothing is signed that the person was not shown.
 */
export function embeddedWallet(approver: Approver) {
  let signer: Signer | undefined;
  let chainId: number | undefined;
  const inTurn = makeTurns();

  return createConnector((config) => {
    const chainOf = (id: number): Chain => {
      const chain = config.chains.find((candidate) => candidate.id === id);
      if (chain === undefined) throw new SwitchChainError(new Error(`This wallet does not know chain ${id}.`));
      return chain;
    };
    const current = (): Chain => chainOf(chainId ?? config.chains[0].id);
    const refuse = (): never => {
      throw new UserRejectedRequestError(new Error("You refused to sign."));
    };
    const unlocked = (): Signer => signer ?? refuse();

    /** What an app says of account and chain must be what this wallet would use: nothing is signed for another one. */
    const requireOwn = (from: unknown, forChain: unknown, chain: Chain): void => {
      if (typeof from === "string" && from.toLowerCase() !== unlocked().address.toLowerCase()) {
        throw new InvalidParamsRpcError(new Error(`This wallet has no key of ${from}.`));
      }
      if (forChain !== undefined && BigInt(forChain as string) !== BigInt(chain.id)) {
        throw new InvalidParamsRpcError(
          new Error(`It is meant for chain ${forChain}, and the wallet is on ${chain.id}.`),
        );
      }
    };
    const agreed = async (request: SigningRequest): Promise<void> => {
      if (!(await approver.confirm(request))) refuse();
    };

    const request = (async ({ method, params }: { method: string; params?: unknown }) => {
      const given = (params ?? []) as unknown[];
      const chain = current();
      switch (method) {
        case "eth_accounts":
          return signer === undefined ? [] : [signer.address];
        case "eth_requestAccounts":
          return [unlocked().address];
        case "eth_chainId":
          return numberToHex(chain.id);
        case "wallet_switchEthereumChain":
          return select(Number((given[0] as { chainId: Hex }).chainId));
        case "personal_sign": {
          const [raw, from] = given as [Hex, unknown];
          return inTurn(async () => {
            requireOwn(from, undefined, chain);
            const { address: account } = unlocked();
            await agreed({ kind: "message", raw, account, chainName: chain.name });
            return unlocked().signMessage(raw);
          });
        }
        case "eth_signTypedData_v4": {
          const text = String(given[1]);
          return inTurn(async () => {
            const { domain } = readTypedData(text);
            requireOwn(given[0], domain.chainId, chain);
            const { address: account } = unlocked();
            await agreed({ kind: "typedData", text, account, chainName: chain.name });
            return unlocked().signTypedData(text);
          });
        }
        case "eth_sendTransaction": {
          const [tx] = given as [{ from?: Address; chainId?: Hex; to?: Address; value?: Hex; data?: Hex; gas?: Hex }];
          const sent = { to: tx.to ?? null, value: BigInt(tx.value ?? "0x0"), data: tx.data ?? "0x" } as const;
          return inTurn(async () => {
            requireOwn(tx.from, tx.chainId, chain);
            const { address: account, prepare } = unlocked();
            const gas = tx.gas === undefined ? {} : { gas: BigInt(tx.gas) };
            const { maxFee, send } = await prepare(chain, { ...sent, ...gas });
            await agreed({ kind: "transaction", ...sent, maxFee, account, chainName: chain.name });
            // Whoever disconnected meanwhile has taken the word back.
            unlocked();
            return send();
          });
        }
        case "wallet_getCapabilities":
        case "wallet_sendCalls":
          throw new MethodNotSupportedRpcError(new Error("This wallet sends one transaction after another."));
        default:
          // Reading is the node's work; what it does not know it refuses, as a wallet would.
          return http()({ chain }).request({ method, params } as never);
      }
    }) as EIP1193RequestFn;

    const select = (id: number): null => {
      chainId = chainOf(id).id;
      config.emitter.emit("change", { chainId });
      return null;
    };
    const provider = custom({ request })({ retryCount: 0 });

    return {
      id: EMBEDDED_ID,
      name: "Wallet of this browser",
      type: "embedded",
      connect: async ({ chainId: wanted } = {}) => {
        const opened = await inTurn(async (): Promise<Signer> => {
          if (signer !== undefined) return signer;
          const key = await approver.unlock();
          if (key === undefined) return refuse();
          const { signerOf } = await import("./signer.ts");
          return signerOf(key);
        });
        signer = opened;
        chainId = chainOf(wanted ?? config.chains[0].id).id;
        return { accounts: [getAddress(opened.address)] as never, chainId };
      },
      disconnect: async () => {
        signer = undefined;
      },
      getAccounts: async () => (signer === undefined ? [] : [signer.address]),
      getChainId: async () => current().id,
      getProvider: async () => provider,
      // A reload forgets the open key, so that nobody is connected without a password.
      isAuthorized: async () => signer !== undefined,
      switchChain: async ({ chainId: id }) => {
        select(id);
        return chainOf(id);
      },
      onAccountsChanged: () => {},
      onChainChanged: () => {},
      onDisconnect: () => {},
    };
  });
}

/** One after another: a second question never takes the place of the one that somebody is about to answer. */
function makeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Typed data as far as the wallet has to understand it. Throws what a wallet answers to what is none. */
function readTypedData(text: string): { readonly domain: { readonly chainId?: string | number } } {
  try {
    const { domain } = JSON.parse(text) as { domain?: { chainId?: string | number } };
    return { domain: domain ?? {} };
  } catch {
    throw new InvalidParamsRpcError(new Error("This is no typed data."));
  }
}

import {
  type Address,
  type Chain,
  custom,
  type EIP1193RequestFn,
  getAddress,
  type Hex,
  http,
  numberToHex,
  SwitchChainError,
  UserRejectedRequestError,
} from "viem";
import { createConnector } from "wagmi";
import type { Signer } from "./signer.ts";

/** What the embedded wallet is about to do; the person agrees or refuses. */
export type SigningRequest =
  | { readonly kind: "transaction"; readonly to: Address | null; readonly value: bigint; readonly data: Hex }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "typedData"; readonly text: string };

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
          const [raw] = given as [Hex];
          if (!(await approver.confirm({ kind: "message", text: raw }))) return refuse();
          return unlocked().signMessage(raw);
        }
        case "eth_signTypedData_v4": {
          const text = String(given[1]);
          if (!(await approver.confirm({ kind: "typedData", text }))) return refuse();
          return unlocked().signTypedData(text);
        }
        case "eth_sendTransaction": {
          const [tx] = given as [{ to?: Address; value?: Hex; data?: Hex; gas?: Hex }];
          const sent = { to: tx.to ?? null, value: BigInt(tx.value ?? "0x0"), data: tx.data ?? "0x" } as const;
          if (!(await approver.confirm({ kind: "transaction", ...sent }))) return refuse();
          return unlocked().send(chain, { ...sent, ...(tx.gas === undefined ? {} : { gas: BigInt(tx.gas) }) });
        }
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
        if (signer === undefined) {
          const key = await approver.unlock();
          if (key === undefined) return refuse();
          const { signerOf } = await import("./signer.ts");
          signer = signerOf(key);
        }
        chainId = chainOf(wanted ?? config.chains[0].id).id;
        return { accounts: [getAddress(signer.address)] as never, chainId };
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

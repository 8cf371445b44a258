import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import {
  type Address,
  createPublicClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  keccak256,
  parseEther,
  parseEventLogs,
  toHex,
  zeroAddress,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { waitForTransactionReceipt, writeContract } from "viem/actions";
import { DEFAULT_LIMITS } from "../../keeper/src/backtest/strategies.ts";
import {
  accessPassAbi,
  createIndex,
  type Deployment,
  indexFactoryAbi,
  indexVaultAbi,
  send,
  strategyRegistryAbi,
} from "../../sdk/src/index.ts";
import { TokenMock__factory } from "../../typechain-types/index.js";
import { fulfil, viemClient } from "./sdk.ts";

const keyOf = (name: string): PrivateKeyAccount => privateKeyToAccount(keccak256(toHex(name)));

/** People who use what is sold, with keys that are good for nothing else. */
export const PEOPLE = {
  payer: keyOf("payer of credits"),
  other: keyOf("another payer of credits"),
  sessionKey: keyOf("session key"),
  relayer: keyOf("relayer of receipts"),
  strategist: keyOf("owner of a strategy"),
  librarian: keyOf("owner of a data set"),
} as const;

export type Person = (typeof PEOPLE)[keyof typeof PEOPLE];

const STRATEGY = 0; // StrategyKind
const DATASET = 1;
/** {USDC wei} of everybody. */
const CASH = 1_000_000_000n;
const HUGE = 2n ** 255n;
const SEED = { LINK: parseEther("200"), USDC: 3_000_000_000n } as const;

export type PaymentWorld = Awaited<ReturnType<typeof deployPaymentWorld>>;

/**
 * What is sold, on a chain on which everything is deployed: token 1 is a strategy, 2 a data set; `followed` has adopted the
 * strategy, `plain` pays royalties to a wallet.
 */
export async function deployPaymentWorld(ethers: HardhatEthers, provider: EthereumProvider, deployment: Deployment) {
  const { contracts, tokens } = deployment;
  const pass = contracts["AccessPass"] ?? zeroAddress;
  const registry = contracts["StrategyRegistry"] ?? zeroAddress;
  const usdc = tokens["USDC"]?.address ?? zeroAddress;
  const [owner] = await ethers.getSigners();
  if (owner === undefined) throw new Error("the local chain has no account");
  for (const { address } of Object.values(PEOPLE)) {
    await provider.request({ method: "hardhat_setBalance", params: [address, toHex(parseEther("10"))] });
    await TokenMock__factory.connect(usdc, owner).mint(address, CASH);
  }
  // A simulated network answers at once or never, and reports reverts with a code that viem would retry.
  const client = createPublicClient({
    transport: custom(provider, { retryCount: 0 }),
    pollingInterval: 10,
    cacheTime: 0,
  });

  const call = async (person: Person, to: Address, abi: readonly unknown[], functionName: string, args: unknown[]) => {
    const hash = await writeContract(viemClient(provider, person), {
      ...{ address: to, abi: abi as typeof accessPassAbi, functionName: functionName as "load" },
      ...{ args: args as [bigint, bigint], account: person, chain: null },
    });
    const receipt = await waitForTransactionReceipt(client, { hash });
    if (receipt.status !== "success") throw new Error(`${functionName} failed`);
    return receipt;
  };
  const onPass = (person: Person, functionName: string, ...args: unknown[]) =>
    call(person, pass, accessPassAbi, functionName, args);
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [pass, HUGE] });
  for (const person of [PEOPLE.payer, PEOPLE.other]) {
    await send(viemClient(provider, person), { tx: { to: usdc, data, value: 0n } });
  }
  /** Buys credits and puts them into the meter. */
  const fill = async (person: Person, id: bigint, units: bigint) => {
    await onPass(person, "buyCredits", id, units, usdc, HUGE, person.address);
    await onPass(person, "load", id, units);
  };

  const document = keccak256(toHex("a document"));
  const terms = [0, 0] as const;
  await call(PEOPLE.strategist, registry, strategyRegistryAbi, "register", [STRATEGY, "ipfs://s", document, 2_000, 0]);
  await call(PEOPLE.librarian, registry, strategyRegistryAbi, "register", [DATASET, "ipfs://d", document, ...terms]);
  const adopted = await client.readContract({
    ...{ abi: strategyRegistryAbi, address: registry, functionName: "strategyOf", args: [1n] },
  });

  const index = async (symbol: string, recipient: Address): Promise<Address> => {
    const creator = viemClient(provider, owner.address as Address);
    const seed = Object.entries(SEED).map(([name, amount]) => ({
      token: tokens[name]?.address ?? zeroAddress,
      amount,
    }));
    for (const { token, amount } of seed) await TokenMock__factory.connect(token, owner).mint(owner, amount);
    const action = createIndex(creator, {
      ...{ factory: contracts.IndexFactory, name: symbol, symbol, seed: seed.sort(byToken) },
      ...{ shares: parseEther("60"), limits: DEFAULT_LIMITS, signers: [PEOPLE.relayer.address], threshold: 1 },
      ...{ destinations: [{ token: usdc, splitBps: 10_000 }], curator: owner.address as Address },
      fees: { streamingRate: 0n, mintFeeBps: 0, recipient: owner.address as Address },
      strategy: { ...adopted, recipient },
      salt: keccak256(toHex(symbol)),
    });
    const { receipt } = await fulfil(creator, action);
    const [made] = parseEventLogs({ abi: indexFactoryAbi, eventName: "IndexCreated", logs: receipt.logs });
    return made?.args.vault ?? zeroAddress;
  };
  const followed = await index("FOLLOWED", adopted.recipient);
  const plain = await index("PLAIN", PEOPLE.strategist.address);

  /** Has a vault follow another strategy, through its timelock. */
  const adopt = async (vault: Address, strategy: typeof adopted, wait: (seconds: number) => Promise<unknown>) => {
    const curator = viemClient(provider, owner.address as Address);
    const step = async (functionName: "setStrategy" | "applyStrategy") => {
      const hash = await writeContract(curator, {
        ...{ address: vault, abi: indexVaultAbi, functionName, args: [strategy] as const },
        ...{ account: owner.address as Address, chain: null },
      });
      await waitForTransactionReceipt(client, { hash });
    };
    await step("setStrategy");
    await wait(7 * 86_400);
    await step("applyStrategy");
  };
  return { deployment, client, pass, registry, usdc, followed, plain, adopted, onPass, call, fill, adopt };
}

function byToken(a: { token: Address }, b: { token: Address }): number {
  return BigInt(a.token) < BigInt(b.token) ? -1 : 1;
}

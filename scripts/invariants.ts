// The laws of docs/INVARIANTS.md that can be read off a running chain.
import { getBasket, indexVaultAbi, mulDivUp, toAmountUp, toShares } from "@gimbal/sdk";
import { type Address, erc20Abi, type PublicClient, zeroAddress } from "viem";

const DEAD: Address = "0x000000000000000000000000000000000000dEaD";
const ONE_D27 = 10n ** 27n;
const LOG_RANGE = 9_999n; // {blocks} what public nodes answer at once
const TOTAL_BPS = 10_000;

export type CheckedVault = { client: PublicClient; address: Address; firstBlock: bigint; blockNumber: bigint };
export type Law = { id: string; check: (vault: CheckedVault) => Promise<string[]> };

const call = { abi: indexVaultAbi } as const;

/** INV-01: the balance of every token covers what shares and claims stand for. */
async function solvency({ client, address, blockNumber }: CheckedVault): Promise<string[]> {
  const { tokens } = await getBasket(client, { vault: address, blockNumber });
  const aggregate = await client.readContract({ ...call, address, functionName: "aggregate", blockNumber });
  const problems = await Promise.all(
    tokens.map(async ({ token, decimals, units }) => {
      const [held, debt] = await Promise.all([
        client.readContract({ abi: erc20Abi, address: token, functionName: "balanceOf", args: [address], blockNumber }),
        client.readContract({ ...call, address, functionName: "debt", args: [token], blockNumber }),
      ]);
      const owed = debt.scale === 0n ? debt.total : mulDivUp(debt.total, debt.scale, ONE_D27);
      const needed = toAmountUp(units, aggregate, decimals) + owed;
      return held >= needed ? [] : [`${token} holds ${held}, needs ${needed}`];
    }),
  );
  return problems.flat();
}

/** Balances of all holders, from the transfers since the vault exists. */
async function balances({ client, address, firstBlock, blockNumber }: CheckedVault): Promise<Map<Address, bigint>> {
  const held = new Map<Address, bigint>();
  const add = (account: Address, amount: bigint): void => {
    if (account !== zeroAddress) held.set(account, (held.get(account) ?? 0n) + amount);
  };
  for (let from = firstBlock; from <= blockNumber; from += LOG_RANGE + 1n) {
    const to = from + LOG_RANGE < blockNumber ? from + LOG_RANGE : blockNumber;
    const query = {
      abi: erc20Abi,
      address,
      eventName: "Transfer",
      fromBlock: from,
      toBlock: to,
      strict: true,
    } as const;
    for (const { args } of await client.getContractEvents(query)) {
      add(args.from, -args.value);
      add(args.to, args.value);
    }
  }
  return held;
}

/** INV-02: the aggregate, the balances and the fee shares agree, and the dead shares are where they were put. */
async function supply(vault: CheckedVault): Promise<string[]> {
  const { client, address, firstBlock, blockNumber } = vault;
  const read = (functionName: "aggregate" | "multiplier" | "pendingFeeShares") =>
    client.readContract({ ...call, address, functionName, blockNumber });
  const [aggregate, multiplier, pending] = await Promise.all([
    read("aggregate"),
    read("multiplier"),
    read("pendingFeeShares"),
  ]);
  const total = await client.readContract({ abi: erc20Abi, address, functionName: "totalSupply", blockNumber });
  const range = { fromBlock: firstBlock, toBlock: blockNumber, strict: true } as const;
  const [created] = await client.getContractEvents({ ...call, address, eventName: "Initialized", ...range });
  const held = await balances(vault);

  const sum = [...held.values()].reduce((a, b) => a + b, 0n);
  const dead = held.get(DEAD) ?? 0n;
  const negative = [...held].filter(([, balance]) => balance < 0n);
  return [
    ...(total === toShares(aggregate, multiplier) ? [] : [`supply ${total}, A / m ${toShares(aggregate, multiplier)}`]),
    ...(sum + pending === total ? [] : [`balances ${sum} + fees ${pending} are not the supply ${total}`]),
    ...(created && dead >= created.args.deadShares ? [] : [`only ${dead} dead shares`]),
    ...negative.map(([account]) => `the balance of ${account} is negative`),
  ];
}

/** INV-08: the weights of an epoch sum to 10,000. */
async function weights({ client, address, blockNumber }: CheckedVault): Promise<string[]> {
  const epoch = await client.readContract({ ...call, address, functionName: "epoch", blockNumber });
  if (epoch.id === 0 || epoch.cancelled) return [];
  const targets = await client.readContract({ ...call, address, functionName: "targets", blockNumber });
  const sum = targets.reduce((total, { weightBps }) => total + weightBps, 0);
  return sum === TOTAL_BPS ? [] : [`the weights of epoch ${epoch.id} sum to ${sum}`];
}

export const laws: Law[] = [
  { id: "INV-01", check: solvency },
  { id: "INV-02", check: supply },
  { id: "INV-08", check: weights },
];

import type { Account, Address, Hash, Hex, TransactionReceipt } from "viem";
import { call, estimateGas, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { CallFailedError, ContractError, decodeRevertData } from "../errors/contract.ts";
import { type AnyClient, addressOf, resolveAccount, withTypedErrors } from "./client.ts";
import type { Requirement, Spend } from "./requirements.ts";

/** A transaction that any wallet can send. */
export type Tx = { to: Address; data: Hex; value: bigint };

export type SimulateOptions = { account?: Account | Address | undefined };

/**
 * What every write action returns. Nothing has been sent yet:
 * `getRequirements` -> fulfil each -> `simulate` -> `buildTx` -> send, or `send(client, action)` for the last three.
 */
export type PreparedAction<TResult, TSignature = never> = {
  /** Approvals and signatures that are still missing; empty when the transaction can go out. */
  getRequirements: () => Promise<readonly Requirement[]>;
  /** The transaction, with the signatures that the requirements asked for. */
  buildTx: (...signatures: [TSignature] extends [never] ? [] : [signature?: TSignature]) => Tx;
  /** Runs it without sending and returns what it would return. Throws the contract's error in words. */
  simulate: (
    options?: SimulateOptions,
    ...signatures: [TSignature] extends [never] ? [] : [signature?: TSignature]
  ) => Promise<TResult>;
  /** {raw tokens} that it takes for certain; more than is held makes it fail. None named: nothing is known to be taken. */
  getSpends?: (() => Promise<readonly Spend[]>) | undefined;
  /** Whether a signed permit can stand in for the approval, when the action is prepared with `authorization`. */
  takesPermit?: boolean | undefined;
};

export type PrepareParameters<TResult, TSignature> = {
  client: AnyClient;
  account?: Account | Address | undefined;
  buildTx: (signature?: TSignature) => Tx;
  decode: (data: Hex) => TResult;
  getRequirements?: (() => Promise<readonly Requirement[]>) | undefined;
  getSpends?: (() => Promise<readonly Spend[]>) | undefined;
  takesPermit?: boolean | undefined;
};

/** Assembles a write action from its transaction, its result and its requirements. */
export function prepare<TResult, TSignature = never>(
  parameters: PrepareParameters<TResult, TSignature>,
): PreparedAction<TResult, TSignature> {
  const { client, buildTx, decode, getRequirements = async () => [], getSpends, takesPermit } = parameters;
  return Object.freeze({
    getRequirements,
    getSpends,
    takesPermit,
    buildTx: (signature?: TSignature) => buildTx(signature),
    simulate: async (options: SimulateOptions = {}, signature?: TSignature) => {
      const account = resolveAccount(client, options.account ?? parameters.account);
      const { data = "0x" } = await withTypedErrors(() => call(client, { account, ...buildTx(signature) }));
      return decode(data);
    },
  });
}

export type SendParameters = {
  tx: Tx;
  account?: Account | Address | undefined;
  /** {bps} added to the estimated gas: an exit wants some to spare before each leg. Default 2,000. */
  gasMarginBps?: bigint | undefined;
};

export type SendReturnType = { hash: Hash; receipt: TransactionReceipt };

/**
 * Simulates a transaction, sends it, waits for it, and throws the contract's error in words at whichever step it appears.
 *
 * @example
 * const action = redeem(client, { vault, shares, receiver });
 * const { receipt } = await send(client, { tx: action.buildTx() });
 */
export async function send(client: AnyClient, parameters: SendParameters): Promise<SendReturnType> {
  const { tx, gasMarginBps = 2_000n } = parameters;
  const account = resolveAccount(client, parameters.account);
  const { hash, receipt } = await withTypedErrors(async () => {
    const estimate = await estimateGas(client, { account, ...tx });
    const gas = estimate + (estimate * gasMarginBps) / 10_000n;
    const hash = await sendTransaction(client, { account, chain: client.chain ?? null, gas, ...tx });
    return { hash, receipt: await waitForTransactionReceipt(client, { hash }) };
  });
  if (receipt.status === "reverted") throw await explainRevert(client, addressOf(account), tx, receipt);
  return { hash, receipt };
}

/** Replays a reverted transaction at its block for the reason, which a receipt does not carry. */
async function explainRevert(
  client: AnyClient,
  account: Address,
  tx: Tx,
  { blockNumber }: TransactionReceipt,
): Promise<ContractError | CallFailedError> {
  try {
    await withTypedErrors(() => call(client, { account, ...tx, blockNumber }));
  } catch (error) {
    if (error instanceof ContractError || error instanceof CallFailedError) return error;
  }
  return decodeRevertData("0x");
}

import type { Page } from "playwright-core";
import {
  type Address,
  concatHex,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeAbiParameters,
  encodeFunctionData,
  type Hash,
  type Hex,
  http,
  isAddressEqual,
  numberToHex,
  type PublicClient,
  parseAbi,
  parseAbiParameters,
  size,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** A batch account (ERC-7821), and the mode in which one call that fails undoes all. */
const batchAccountAbi = parseAbi(["function execute(bytes32 mode, bytes executionData) payable"]);
const ALL_OR_NONE: Hex = `0x01${"00".repeat(31)}`;
/** What the code of an account begins with that has delegated to a contract (EIP-7702). */
const DELEGATION: Hex = "0xef0100";
/** {gas} of a batch; what is not used is not paid. */
const BATCH_GAS = 12_000_000n;

/** How a wallet refuses (EIP-1193). */
const REJECTED = { code: 4001, message: "User rejected the request." };
const UNKNOWN_METHOD = { code: -32_601, message: "The method does not exist." };
const UNKNOWN_BATCH = { code: 5730, message: "No such batch." };
const UNKNOWN_CHAIN = { code: 4902, message: "Unrecognized chain." };

export interface WalletOptions {
  readonly key: Hex;
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Chain that it shows at first; the chain of the tests unless told. */
  readonly startsOn?: number;
  /**
   * The wallet sends several calls as one (EIP-5792): the account delegates to this contract, with the first batch, and the calls
   * are one transaction of the account to itself. Left out: a wallet that knows no batches.
   */
  readonly batchAccount?: Address;
}

interface BatchRequest {
  readonly calls: readonly { readonly to: Address; readonly data?: Hex; readonly value?: Hex }[];
}

interface WalletRequest {
  readonly method: string;
  readonly params?: readonly unknown[];
}

/**
 * A wallet that announces itself in the page (EIP-6963) and lives here: no key enters the page. As real ones it tells no
 * account before it is asked to connect, and refuses what it is told to refuse.
 */
export class TestWallet {
  readonly account: PrivateKeyAccount;
  /** Methods that the person in front of it refuses. */
  readonly refuses = new Set<string>();
  /** What it answers instead of doing something of its own accord, by method. */
  readonly fails = new Map<string, { readonly code: number; readonly message: string }>();
  /** Methods that it was asked for, in order. */
  readonly asked: string[] = [];
  readonly #client: PublicClient;
  readonly #options: WalletOptions;
  /** Chains that it knows; others are added on request. */
  readonly #chains: Set<number>;
  /** Its batches by name: the transaction of each. */
  readonly #batches = new Map<string, Hash>();
  #chainId: number;
  #isConnected = false;

  constructor(options: WalletOptions) {
    this.account = privateKeyToAccount(options.key);
    this.#options = options;
    this.#chainId = options.startsOn ?? options.chainId;
    this.#chains = new Set([this.#chainId]);
    this.#client = createPublicClient({ transport: http(options.rpcUrl), pollingInterval: 50, cacheTime: 0 });
  }

  get address(): Address {
    return this.account.address;
  }

  get chainId(): number {
    return this.#chainId;
  }

  /** Puts the wallet into a page; before it is opened. */
  async enter(page: Page): Promise<void> {
    await page.exposeFunction("__walletRequest", (request: WalletRequest) =>
      this.#answer(request).then(
        (result) => ({ result: result ?? null }),
        (error: { code?: number; message?: string; data?: unknown }) => ({
          error: { code: error.code ?? -32_603, message: error.message ?? "It failed.", data: error.data ?? null },
        }),
      ),
    );
    await page.addInitScript(PROVIDER);
  }

  async #answer({ method, params = [] }: WalletRequest): Promise<unknown> {
    this.asked.push(method);
    if (this.refuses.has(method)) throw REJECTED;
    const failure = this.fails.get(method);
    if (failure !== undefined) throw failure;
    switch (method) {
      case "eth_requestAccounts":
        this.#isConnected = true;
        return [this.address];
      case "eth_accounts":
        return this.#isConnected ? [this.address] : [];
      case "wallet_requestPermissions":
        this.#isConnected = true;
        return [{ parentCapability: "eth_accounts" }];
      case "wallet_revokePermissions":
        this.#isConnected = false;
        return null;
      case "eth_chainId":
        return numberToHex(this.#chainId);
      case "wallet_switchEthereumChain":
        return this.#switch(Number((params[0] as { chainId: Hex }).chainId));
      case "wallet_addEthereumChain":
        this.#chains.add(Number((params[0] as { chainId: Hex }).chainId));
        return this.#switch(Number((params[0] as { chainId: Hex }).chainId));
      case "personal_sign":
        return this.account.signMessage({ message: { raw: params[0] as Hex } });
      case "eth_signTypedData_v4":
        return this.account.signTypedData(JSON.parse(String(params[1])));
      case "eth_sendTransaction":
        return this.#send(params[0] as { to?: Address; data?: Hex; value?: Hex; gas?: Hex });
      case "wallet_getCapabilities":
        return this.#capabilities();
      case "wallet_sendCalls":
        return this.#sendBatch(params[0] as BatchRequest);
      case "wallet_getCallsStatus":
        return this.#statusOf(String(params[0]));
      default:
        return this.#client.request({ method, params } as never);
    }
  }

  #switch(chainId: number): null {
    if (!this.#chains.has(chainId)) throw UNKNOWN_CHAIN;
    this.#chainId = chainId;
    return null;
  }

  async #send({ to, data, value, gas }: { to?: Address; data?: Hex; value?: Hex; gas?: Hex }): Promise<Hash> {
    return this.#signer().sendTransaction({
      to: to ?? null,
      data: data ?? "0x",
      value: BigInt(value ?? 0),
      ...(gas === undefined ? {} : { gas: BigInt(gas) }),
    });
  }

  /** A batch account that the account has delegated to already: "supported". One that it would delegate to: "ready". */
  async #capabilities() {
    const { batchAccount, chainId } = this.#options;
    if (batchAccount === undefined) throw UNKNOWN_METHOD;
    return { [numberToHex(chainId)]: { atomic: { status: (await this.#hasDelegated()) ? "supported" : "ready" } } };
  }

  async #hasDelegated(): Promise<boolean> {
    const { batchAccount } = this.#options;
    const code = await this.#client.getCode({ address: this.address });
    if (batchAccount === undefined || code === undefined || size(code) !== 23) return false;
    return code.startsWith(DELEGATION) && isAddressEqual(`0x${code.slice(DELEGATION.length)}`, batchAccount);
  }

  /** All calls in one transaction, in which they all happen or none. */
  async #sendBatch({ calls }: BatchRequest): Promise<{ id: string }> {
    const { batchAccount } = this.#options;
    if (batchAccount === undefined) throw UNKNOWN_METHOD;
    const listed = calls.map(({ to, data = "0x", value = "0x0" }) => ({ target: to, value: BigInt(value), data }));
    const types = parseAbiParameters("(address target, uint256 value, bytes data)[]");
    const args = [ALL_OR_NONE, encodeAbiParameters(types, [listed])] as const;
    const signer = this.#signer();
    const delegation = (await this.#hasDelegated())
      ? {}
      : { authorizationList: [await signer.signAuthorization({ contractAddress: batchAccount, executor: "self" })] };
    const hash = await signer.sendTransaction({
      ...{ to: this.address, data: encodeFunctionData({ abi: batchAccountAbi, functionName: "execute", args }) },
      ...{ gas: BATCH_GAS, ...delegation },
    });
    const id = concatHex(["0xba7c4e", hash]);
    this.#batches.set(id, hash);
    return { id };
  }

  async #statusOf(id: string) {
    const hash = this.#batches.get(id);
    if (hash === undefined) throw UNKNOWN_BATCH;
    const receipt = await this.#client.request({ method: "eth_getTransactionReceipt", params: [hash] });
    const status = receipt === null ? 100 : receipt.status === "0x1" ? 200 : 500;
    const chainId = numberToHex(this.#options.chainId);
    return { version: "2.0.0", id, chainId, status, atomic: true, receipts: receipt === null ? [] : [receipt] };
  }

  #signer() {
    const { rpcUrl, chainId } = this.#options;
    const chain = defineChain({
      id: chainId,
      name: "Local chain",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [rpcUrl] } },
    });
    return createWalletClient({ account: this.account, chain, transport: http(rpcUrl) });
  }
}

/** Any key: it signs nothing. */
const NO_ONES: Hex = `0x${"11".repeat(32)}`;

/** A wallet of any address. Without its key it can only look. */
export class WatchingWallet extends TestWallet {
  readonly #address: Address;

  constructor(address: Address, options: Omit<WalletOptions, "key">) {
    super({ ...options, key: NO_ONES });
    this.#address = address;
    for (const method of ["personal_sign", "eth_signTypedData_v4", "eth_sendTransaction"]) this.refuses.add(method);
  }

  override get address(): Address {
    return this.#address;
  }
}

/** What the page sees of the wallet. Plain text, because it runs there. */
const PROVIDER = `
(() => {
  const listeners = {};
  const emit = (event, value) => (listeners[event] ?? []).forEach((listen) => listen(value));
  const request = async (asked) => {
    const { result, error } = await window.__walletRequest(asked);
    if (error) throw Object.assign(new Error(error.message), error);
    if (asked.method === "wallet_switchEthereumChain" || asked.method === "wallet_addEthereumChain") {
      emit("chainChanged", asked.params[0].chainId);
    }
    return result;
  };
  const provider = {
    request,
    on: (event, listen) => (listeners[event] ??= []).push(listen),
    removeListener: (event, listen) => (listeners[event] = (listeners[event] ?? []).filter((one) => one !== listen)),
  };
  const info = {
    uuid: "350670db-19fa-4704-a166-e52e178b59d2",
    name: "Test Wallet",
    icon: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
    rdns: "org.example.test",
  };
  const detail = Object.freeze({ info, provider });
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})();
`;

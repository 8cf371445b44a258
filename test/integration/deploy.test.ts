import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Interface, id, ZeroHash } from "ethers";
import hre from "hardhat";
import { type Address, getAddress, type Hex } from "viem";
import { networks } from "../../deploy/config/index.ts";
import { localAssets } from "../../deploy/config/local.ts";
import type { NetworkConfig } from "../../deploy/config/types.ts";
import { readAddressBook } from "../../deploy/lib/addresses.ts";
import { dryRun } from "../../deploy/lib/dryRun.ts";
import { DeploymentError, type RpcProvider } from "../../deploy/lib/ignition.ts";
import { deployLocalNetwork } from "../../deploy/lib/local.ts";
import { deployNetwork, WrongChainError } from "../../deploy/lib/network.ts";
import { localRoles, publicRoles, RolesError } from "../../deploy/lib/roles.ts";
import { RoleTableError } from "../../deploy/lib/roleTable.ts";
import { parseDeployment } from "../../sdk/src/index.ts";

const POLLING = { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true };

interface Chain {
  provider: RpcProvider;
  folder: string;
  deployer: Address;
  blockNumber(): Promise<number>;
}

const folders: string[] = [];

async function newChain(): Promise<Chain> {
  const { provider } = await hre.network.create();
  const [first] = (await provider.request({ method: "eth_accounts" })) as Address[];
  const folder = mkdtempSync(join(tmpdir(), "gimbal-deploy-test-"));
  folders.push(folder);
  return {
    provider,
    folder,
    deployer: getAddress(first!),
    blockNumber: async () => Number(await provider.request({ method: "eth_blockNumber" })),
  };
}

/** Passes on `limit` transactions, then fails as a lost connection does: before the next one is sent, or after. */
function failingAfter(limit: number, provider: RpcProvider, moment: "before" | "after" = "before"): RpcProvider {
  let sent = 0;
  return {
    request: async (request) => {
      if (request.method !== "eth_sendTransaction" || ++sent <= limit) return provider.request(request);
      if (moment === "after") await provider.request(request);
      throw new Error("connection lost");
    },
  };
}

function market(chain: Chain, provider = chain.provider) {
  return deployLocalNetwork(hre, provider, localAssets, join(chain.folder, "local"));
}

async function protocol(chain: Chain, config: NetworkConfig, { provider = chain.provider } = {}) {
  return deployNetwork(hre, provider, {
    config,
    roles: await localRoles(chain.provider),
    journal: join(chain.folder, "gimbal"),
    book: join(chain.folder, "31337.json"),
    polling: POLLING,
  });
}

async function failure<T>(run: Promise<T>): Promise<Error> {
  return run.then(
    () => new Error("nothing failed"),
    (error: unknown) => error as Error,
  );
}

describe("deployment", () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it("writes an address book that the SDK accepts, with code at every address", async () => {
    const chain = await newChain();
    const { config } = await market(chain);

    const { changed } = await protocol(chain, config);

    const book = parseDeployment(readAddressBook(join(chain.folder, "31337.json")));
    expect(changed).to.equal(true);
    expect(Object.keys(book.tokens)).to.deep.equal(localAssets.map(({ symbol }) => symbol));
    const feeds = Object.values(book.tokens).flatMap(({ address, feed }) => [address, feed]);
    for (const address of [...Object.values(book.contracts), ...Object.values(book.external), ...feeds]) {
      const code = await chain.provider.request({ method: "eth_getCode", params: [address, "latest"] });
      expect(code, address).to.not.equal("0x");
    }
  });

  it("changes nothing when it runs a second time", async () => {
    const chain = await newChain();
    const first = await market(chain);
    await protocol(chain, first.config);
    const block = await chain.blockNumber();
    const book = readFileSync(join(chain.folder, "31337.json"), "utf8");

    const second = await market(chain);
    const { changed } = await protocol(chain, second.config);

    expect(second).to.deep.equal(first);
    expect(changed).to.equal(false);
    expect(await chain.blockNumber()).to.equal(block);
    expect(readFileSync(join(chain.folder, "31337.json"), "utf8")).to.equal(book);
  });

  for (const moment of ["before", "after"] as const) {
    it(`goes on where it stopped when the connection is lost ${moment} a transaction is sent`, async () => {
      const chain = await newChain();
      const { config } = await market(chain);
      const start = await chain.blockNumber();

      const lost = await failure(protocol(chain, config, { provider: failingAfter(9, chain.provider, moment) }));
      const stoppedAt = await chain.blockNumber();
      await protocol(chain, config);

      const whole = await newChain();
      await market(whole);
      const wholeStart = await whole.blockNumber();
      await protocol(whole, config);
      expect(lost.message).to.contain("connection lost");
      expect(stoppedAt - start).to.equal(moment === "before" ? 9 : 10);
      expect((await chain.blockNumber()) - start, "no step twice").to.equal((await whole.blockNumber()) - wholeStart);
    });
  }

  it("goes on with the market when it stopped between a token and its feed", async () => {
    const chain = await newChain();

    const lost = await failure(market(chain, failingAfter(20, chain.provider)));
    const { config } = await market(chain);
    const { deployment } = await protocol(chain, config);

    expect(lost.message).to.contain("connection lost");
    expect(Object.keys(deployment.tokens)).to.have.length(localAssets.length);
  });

  it("names the step that failed, keeps the rest and completes once the cause is gone", async () => {
    const chain = await newChain();
    const { config } = await market(chain);
    const [first, ...others] = config.assets;
    const feed = "0x00000000000000000000000000000000000Feed1" as Address;
    const broken = { ...config, assets: [{ ...first!, feed: getAddress(feed) }, ...others] };

    const error = await failure(protocol(chain, broken));
    const wasWritten = existsSync(join(chain.folder, "31337.json"));
    const feedCode = await chain.provider.request({ method: "eth_getCode", params: [others[0]!.feed, "latest"] });
    await chain.provider.request({ method: "hardhat_setCode", params: [feed, feedCode] });
    for (const slot of ["0x0", "0x1", "0x2", "0x3", "0x4", "0x5"]) {
      const params = [others[0]!.feed, slot, "latest"];
      const word = await chain.provider.request({ method: "eth_getStorageAt", params });
      await chain.provider.request({ method: "hardhat_setStorageAt", params: [feed, slot, word] });
    }
    const { deployment } = await protocol(chain, broken);

    expect(error).to.be.instanceOf(DeploymentError);
    expect(Object.keys((error as DeploymentError).failures)).to.deep.equal([`Gimbal#list_${first!.symbol}`]);
    expect(wasWritten, "no address book of half a deployment").to.equal(false);
    expect(deployment.tokens[first!.symbol]?.feed).to.equal(getAddress(feed));
  });

  it("reverts nothing and sends nothing when the node is of another chain", async () => {
    const chain = await newChain();
    const block = await chain.blockNumber();

    const error = await failure(protocol(chain, networks.mainnet!));

    expect(error).to.be.instanceOf(WrongChainError);
    expect(error.message).to.contain("chain 1").and.to.contain("31337");
    expect(await chain.blockNumber()).to.equal(block);
  });

  for (const [name, config] of Object.entries(networks)) {
    it(`deploys the configuration of ${name} without a network, with a price for every asset`, async () => {
      const { plan, deployment, prices, sequencerUp, gasUsed } = await dryRun(hre, config);

      const silent = Object.entries(prices).filter(([, price]) => price === 0n);
      expect(silent).to.deep.equal([]);
      expect(sequencerUp).to.equal(true);
      expect(deployment.chainId).to.equal(config.chainId);
      expect(deployment.external).to.deep.equal(config.external);
      expect(gasUsed).to.be.lessThan(95_000_000n);
      expect(plan.filter(({ what }) => what === "AssetRegistry.setAsset")).to.have.length(config.assets.length);
    });
  }

  describe("rights", () => {
    /** Sends a transaction as the timelock, which no key can. */
    async function asTimelock(chain: Chain, contracts: Record<string, Address>, to: string, data: string) {
      const from = contracts.IndexTimelock;
      await chain.provider.request({ method: "hardhat_impersonateAccount", params: [from] });
      await chain.provider.request({ method: "hardhat_setBalance", params: [from, "0xde0b6b3a7640000"] });
      await chain.provider.request({ method: "eth_sendTransaction", params: [{ from, to: contracts[to], data }] });
    }
    const timelock = new Interface(["function grantRole(bytes32,address)", "function updateDelay(uint256)"]);
    const token = new Interface([
      "function balanceOf(address) view returns (uint256)",
      "function transfer(address,uint256)",
    ]);
    const ownable = new Interface(["function transferOwnership(address)"]);
    const changes = [
      [
        "a second proposer",
        "IndexTimelock",
        (who: Address) => timelock.encodeFunctionData("grantRole", [id("PROPOSER_ROLE"), who]),
      ],
      [
        "an administrator",
        "IndexTimelock",
        (who: Address) => timelock.encodeFunctionData("grantRole", [ZeroHash, who]),
      ],
      ["another delay", "IndexTimelock", () => timelock.encodeFunctionData("updateDelay", [3 * 86_400])],
      [
        "an ownership on offer",
        "AssetRegistry",
        (who: Address) => ownable.encodeFunctionData("transferOwnership", [who]),
      ],
    ] as const;

    let chain: Chain;
    let config: NetworkConfig;
    let contracts: Record<string, Address>;
    let snapshot: unknown;
    before(async () => {
      chain = await newChain();
      ({ config } = await market(chain));
      ({ contracts } = (await protocol(chain, config)).deployment);
    });
    beforeEach(async () => {
      snapshot = await chain.provider.request({ method: "evm_snapshot", params: [] });
    });
    afterEach(async () => {
      await chain.provider.request({ method: "evm_revert", params: [snapshot] });
    });

    for (const [what, to, data] of changes) {
      it(`fails a resumed deployment that finds ${what}, and writes nothing`, async () => {
        const book = join(chain.folder, "31337.json");
        rmSync(book, { force: true });
        await asTimelock(chain, contracts, to, data(chain.deployer));

        const error = await failure(protocol(chain, config));

        expect(error).to.be.instanceOf(RoleTableError);
        expect((error as RoleTableError).problems).to.have.length(1);
        expect(error.message).to.contain(to);
        expect(existsSync(book)).to.equal(false);
      });
    }

    it("fails when the deployer kept a single wei of GIM", async () => {
      const data = token.encodeFunctionData("transfer", [chain.deployer, 1n]);
      await asTimelock(chain, contracts, "GovernanceToken", data);

      const error = await failure(protocol(chain, config));

      expect(error.message).to.contain("the deployer kept GIM");
    });

    it("takes the end of the guardian's term for what it is", async () => {
      await chain.provider.request({ method: "evm_increaseTime", params: [366 * 86_400] });
      await chain.provider.request({ method: "evm_mine", params: [] });

      await protocol(chain, config);
    });

    it("gives away all GIM, the parts as announced", async () => {
      const roles = await localRoles(chain.provider);
      const balanceOf = async (account: string | undefined): Promise<bigint> => {
        const data = token.encodeFunctionData("balanceOf", [account]);
        const call = { to: contracts.GovernanceToken, data };
        return BigInt((await chain.provider.request({ method: "eth_call", params: [call, "latest"] })) as string);
      };

      // Treasury and, as nobody is named for them, grants; the airdrop with its bonuses; the team; liquidity.
      const parts = [contracts.IndexTimelock, contracts.MerkleAirdrop, contracts.TeamVesting, roles.liquidity];
      const millions = await Promise.all(parts.map(async (part) => (await balanceOf(part)) / 10n ** 24n));
      expect(millions).to.deep.equal([200n, 600n, 120n, 80n]);
      expect(await balanceOf(chain.deployer)).to.equal(0n);
    });

    it("asks for every account of a public network, and for none that is the deployer", () => {
      const [deployer, a, b] = ["01", "02", "03"].map((end) => getAddress(`0x${end.padStart(40, "0")}`));
      const { mainnet } = networks;
      const wave = { root: ZeroHash as Hex, total: 1n, start: 0, deadline: 0, vestEnd: 0 };
      const config = { ...mainnet!, governance: { ...mainnet!.governance, airdrop: wave } };
      const ask = (environment: Record<string, string>) => () => publicRoles(deployer!, config, environment);
      expect(ask({})).to.throw(RolesError, "GIMBAL_GUARDIAN").with.property("message").that.contains("GIMBAL_TEAM");
      expect(ask({ GIMBAL_GUARDIAN: a!, GIMBAL_TEAM: deployer! })).to.throw(RolesError, "keep nothing");
      expect(ask({ GIMBAL_GUARDIAN: "0x1", GIMBAL_TEAM: b! })).to.throw(RolesError, "not an address");
      expect(() => publicRoles(deployer!, mainnet!, { GIMBAL_GUARDIAN: a!, GIMBAL_TEAM: b! })).to.throw(
        RolesError,
        "airdrop",
      );
      expect(ask({ GIMBAL_GUARDIAN: a!, GIMBAL_TEAM: b!, GIMBAL_GRANTS: a! })()).to.deep.equal({
        ...{ deployer, guardian: a, team: b, grants: a },
      });
    });
  });
});

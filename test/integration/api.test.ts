import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDeployment } from "@gimbal/sdk";
import { expect } from "chai";
import { network } from "hardhat";
import { getAddress } from "viem";
import { bodyOf, testApp, testContext } from "../../api/src/app.fixture.ts";
import { openBundle } from "../../api/src/decisions/bundle.ts";
import { JournalDecisions } from "../../api/src/decisions/decisions.ts";
import { openJournalReader } from "../../api/src/decisions/open.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { verifyDecision } from "../../keeper/src/verify.ts";
import { deployKeeperWorld, deploymentOf, openKeeper } from "../helpers/keeper.ts";

const { ethers, provider } = await network.create({ override: { initialDate: "2022-05-12T00:10:00Z" } });
const policy: Policy = { ...marketCapPolicy, ensemble: null };

describe("the API beside a chain and a keeper's journal", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-api-chain-"));
  after(() => rmSync(folder, { recursive: true }));

  it("tells of a decision what the vault carries, hands out what recomputes it, and knows the keeper's gas", async () => {
    const world = await deployKeeperWorld(ethers, provider);
    const path = join(folder, "keeper.db");
    const journal = await Journal.open(path);
    await runOnce(await openKeeper(world, journal), world.vault, policy);

    // The API reads the file while the keeper has it open.
    const reader = openJournalReader(path);
    const decisions = new JournalDecisions(reader, world.chainId);
    const deployment = parseDeployment(deploymentOf(world));
    const context = await testContext({ decisions, deployment, client: world.client });
    const ask = testApp(context);

    const { id, decisionHash } = await world.index.epoch();
    const { data, asOfBlock } = await bodyOf(ask(`/v1/decisions/${decisionHash}`));
    const block = await world.client.getBlock({ blockNumber: BigInt(asOfBlock) });
    expect([data.vault, data.epoch, data.action]).to.deep.equal([getAddress(world.vault), Number(id), "propose"]);
    expect(data.record.block.hash).to.equal(block.hash);
    expect(data.decidedAt).to.equal(new Date(Number(block.timestamp) * 1000).toISOString().replace(".000", ""));
    const listed = await bodyOf(ask(`/v1/decisions?index=${world.vault}&action=propose`));
    expect(listed.data.map(({ hash }: { hash: string }) => hash)).to.deep.equal([decisionHash]);

    const copy = await openBundle(await bodyOf(ask(`/v1/decisions/${decisionHash}/bundle?training=true`)));
    const verified = await verifyDecision(decisionHash as `0x${string}`, copy, world.client);
    expect([verified.hash, verified.chain]).to.deep.equal([decisionHash, "matches"]);
    await copy.close();

    const status = await bodyOf(ask("/v1/keeper/status"));
    const [account] = status.data.accounts;
    const balance = await world.client.getBalance({ address: world.account.address });
    expect(account).to.deep.include({ account: world.account.address });
    expect([account.gas.raw, account.gas.unit]).to.deep.equal([String(balance), "ETH"]);
    expect(status.data.indices[0].lastDecision.hash).to.equal(decisionHash);

    await reader.close();
    await journal.close();
    await context.store.close();
  });
});

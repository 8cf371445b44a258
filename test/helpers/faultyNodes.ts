import type { EthereumProvider } from "hardhat/types/providers";
import { FaultyNode } from "../../keeper/src/execute/faultyNode.fixture.ts";
import type { NodeState } from "../../keeper/src/execute/nodeSurvey.ts";
import { defaultNodeSettings, type NodeSettings, Nodes } from "../../keeper/src/execute/nodes.ts";

/** Nodes that can be made to fail, in front of one simulated chain, which keeps a time of its own. */
export class FaultyNodes {
  readonly servers: FaultyNode[] = [];
  readonly told: NodeState[] = [];
  readonly #provider: EthereumProvider;

  constructor(provider: EthereumProvider) {
    this.#provider = provider;
  }

  async open(count: number, over: Partial<NodeSettings> = {}): Promise<Nodes> {
    for (let i = 0; i < count; i++) {
      const request = (method: string, params: readonly unknown[]) =>
        this.#provider.request({ method, params: [...params] });
      this.servers.push(await FaultyNode.start(request));
    }
    const settings = { ...defaultNodeSettings, timeout: 30_000, retries: 0, retryDelay: 5, staleHead: 0, ...over };
    const urls = this.servers.map(({ url }) => url);
    return new Nodes({ urls, chainId: 31_337, settings, onChange: (state) => this.told.push(state) });
  }

  stop(): void {
    for (const server of this.servers) server.stop();
  }
}

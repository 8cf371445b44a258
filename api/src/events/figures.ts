import { type Deployment, getClaimable, getDrift, governanceOf } from "@gimbal/sdk";
import { type Address, formatUnits, type PublicClient } from "viem";
import type { ProposalRow } from "../history/governanceRows.ts";
import type { History, Page } from "../history/history.ts";
import type { FigureRule } from "./rules.ts";
import type { GradedDays } from "./sources/grades.ts";
import type { Figures, OpenVote } from "./watcher.ts";
import type { Names } from "./words.ts";

/** Where figures are read. */
export interface FigureSources {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly history: History;
  readonly grades: GradedDays | null; // null: nothing is graded here
  readonly clock: () => number; // {s}
}

const PERCENT = 100; // {bps}
const LONGEST_VOTE = 60 * 86_400; // {s} no vote lasts longer, extensions included

/** Figures as the chain, the index and the newest graded day have them. */
export class LiveFigures implements Figures {
  readonly #sources: FigureSources;

  constructor(sources: FigureSources) {
    this.#sources = sources;
  }

  async figure(rule: FigureRule, owner: Address): Promise<number | null> {
    switch (rule.kind) {
      case "grade":
        return (await this.#sources.grades?.grade(rule.token, rule.grade)) ?? null;
      case "price":
        return this.#price(rule.index);
      case "drift":
        return this.#drift(rule.index);
      case "claimable":
        return this.#claimable(rule.token, owner);
    }
  }

  /** Votes that were not cancelled and have not ended. */
  async openVotes(): Promise<readonly OpenVote[]> {
    const { history, clock } = this.#sources;
    const now = clock();
    const open: OpenVote[] = [];
    let cursor: string | undefined;
    for (;;) {
      const { rows, next }: Page<ProposalRow> = await history.proposals({ order: "newest", cursor });
      for (const { id, description, voteEnd, cancelled } of rows) {
        if (voteEnd > now && cancelled === null)
          open.push({ id: String(id), title: titleOf(description), endsAt: voteEnd });
      }
      const last = rows.at(-1);
      if (next === null || last === undefined || last.time < now - LONGEST_VOTE) return open;
      cursor = next;
    }
  }

  /** {USD/share}; null while a token of the basket has no price. */
  async #price(index: Address): Promise<number | null> {
    const nav = (await this.#sources.history.vault(index))?.nav ?? null;
    return nav === null || nav.unpriced.length > 0 ? null : Number(formatUnits(nav.perShare, 18));
  }

  /** {%} */
  async #drift(vault: Address): Promise<number | null> {
    const { client, deployment } = this.#sources;
    const lens = deployment.contracts["IndexLens"];
    if (lens === undefined) return null;
    const { drift } = await getDrift(client, { lens, vault });
    return Number(drift) / PERCENT;
  }

  /** {tok} */
  async #claimable(token: Address, account: Address): Promise<number | null> {
    const { client, deployment } = this.#sources;
    if (deployment.contracts["RevenueDistributor"] === undefined) return null;
    const known = (await namesOf(this.#sources.history)).token(token);
    if (known === undefined) return null;
    const distributor = governanceOf(deployment).RevenueDistributor;
    const { amounts } = await getClaimable(client, { distributor, account, tokens: [token] });
    const [claimable] = amounts;
    return claimable === undefined ? null : Number(formatUnits(claimable.amount, known.decimals));
  }
}

/** What the index calls things. Shares of an index are tokens too. */
export async function namesOf(history: History): Promise<Names> {
  const tokens = new Map<string, { symbol: string; decimals: number }>();
  for (const { address, symbol, decimals } of await history.tokens()) {
    tokens.set(address.toLowerCase(), { symbol: symbol ?? address, decimals });
  }
  const indices = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const { rows, next } = await history.vaults({ limit: 1_000, cursor });
    for (const { address, name, symbol } of rows) {
      indices.set(address.toLowerCase(), name);
      tokens.set(address.toLowerCase(), { symbol, decimals: 18 });
    }
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return {
    index: (address) => indices.get(address.toLowerCase()) ?? address,
    token: (address) => tokens.get(address.toLowerCase()),
  };
}

function titleOf(description: string): string {
  return (
    description
      .trim()
      .split("\n")[0]
      ?.replace(/^#+\s*/, "") ?? ""
  );
}

/** A short page: its name in the address, its title, one line about it, its text as Markdown, and where to go next. */
export interface Topic {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly next: readonly (readonly [
    to: "/" | "/create" | "/keeper" | "/plans" | "/portfolio" | "/safety" | "/stake",
    words: string,
  ])[];
}

export const TOPICS: readonly Topic[] = [
  {
    id: "index",
    title: "What an index is",
    summary: "One token that stands for a basket of others.",
    text: `An index is a contract that holds a basket of tokens. Its shares are a token of their own. Whoever holds a hundredth of the shares owns a hundredth of every token in the basket.

- **Price.** The net asset value of a share: everything in the basket at the registry's prices, divided by the number of shares. If a token has no trustworthy price, the page says so and the true value is higher.
- **Buying.** You bring each token of the basket, or one token that is exchanged on the way, or you file a request for the next daily batch, which costs little gas whatever the index holds.
- **Who holds the tokens.** The contract alone. Nobody can take them out but the holders of shares, each his own part.

An index follows rules. They are written down as a document, and the hash of that document stands in the contract. With the document anybody can check that a decision follows the rules.`,
    next: [
      ["/", "See all indices"],
      ["/create", "Create one"],
    ],
  },
  {
    id: "rebalancing",
    title: "How it rebalances",
    summary: "From a decision to trades, with time to leave in between.",
    text: `Prices move, and so do the weights of a basket. Rebalancing brings them back to what the rules want.

1. A keeper gathers prices and other data, works out the weights that the rules want, and writes the decision down with its reasons.
2. The signers of the index sign it. Too few signatures, and nothing happens.
3. The contract checks the decision against its guard rails: how much may change at once, how much may be traded and lost in seven days, what part a token may have.
4. It waits. During this **veto delay** holders can read what is coming and leave.
5. It trades. The index offers what it has too much of, at a price that moves along a fixed curve, to anybody. The first who accepts the price of the moment gets the trade.

A move into the stable tokens of the index, named when it was created, need not wait: it may only go there.`,
    next: [
      ["/keeper", "What the keeper does now"],
      ["/safety", "Who can do what"],
    ],
  },
  {
    id: "risks",
    title: "What can go wrong",
    summary: "What you can lose, and what nobody can protect you from.",
    text: `You can lose money, all of it. Read this before the first deposit.

- **Prices fall.** A basket of tokens can lose more than half, also one that calls itself conservative.
- **Decisions are wrong.** Models learn from the past, which may not come back. A good backtest promises nothing.
- **Trading costs.** Each rebalance pays a spread. The guard rails bound the loss to trading in seven days; they do not make it zero.
- **A price is wrong or missing.** Then trades in that token stop, and buying may stop too. Leaving with the tokens themselves needs no price.
- **A token fails.** It may be frozen by its issuer, or lose its worth. You own your part of it all the same. If it cannot be sent when you leave, you keep a claim to it.
- **The contracts have a fault.** They are tested, and their laws are written down, but no test proves that there is none.
- **Your key is lost.** Nobody can give it back to you.`,
    next: [
      ["/safety", "The laws that the contracts keep"],
      ["/", "Risk of each index"],
    ],
  },
  {
    id: "fees",
    title: "Fees",
    summary: "What you pay, when, and to whom.",
    text: `Each index shows all of its fees in one place, and the last step before you sign shows them again.

- **Fee a year.** A part of the value, taken a little with every second by making new shares. You see it as a price that grows a little slower.
- **Fee of a purchase.** A part of the shares that you buy. Many indices have none.
- **Leaving is free.** The contract knows no fee for it.
- **Trading.** Whoever buys with one token pays the spread of that exchange. Rebalancing pays its own, inside the index.
- **Gas.** Paid to the network, not to anybody here.

The fees go to whoever made the index. The protocol keeps a part, which is shared out to those who lock GIM. If the index follows a strategy of somebody else, its author gets a part of the creator's fees.`,
    next: [
      ["/", "Fees of each index"],
      ["/stake", "Get a share of the revenue"],
    ],
  },
  {
    id: "leaving",
    title: "Leaving",
    summary: "How to get your money out, also when nothing else works.",
    text: `There are three ways, and the first one always works.

- **In kind.** You give back shares and get your part of every token. It needs no price, no keeper and no signature of anybody, and nobody can pause it. A token that cannot be sent at that moment becomes a claim that you keep.
- **With one token.** The same, and the tokens are exchanged for the one that you want on the way. You name the least that you accept; less, and nothing happens. It costs the spread of the exchanges.
- **In a batch.** You file a request and get cash once the day's batch is settled. It costs little gas. What was not exchanged comes back as shares.

If this page is down, the contract is not: any wallet can call \`redeem\`.`,
    next: [["/portfolio", "What you hold"]],
  },
  {
    id: "staking",
    title: "Staking",
    summary: "Locking GIM for votes and a share of the revenue.",
    text: `You lock GIM for up to 52 weeks. What you get depends on the amount and the time that is left.

- **Power** falls to nothing until the end: 52,000 GIM locked for 26 weeks have a power of 26,000, which falls by 1,000 a week. A **permanent** lock does not fall as long as it stays permanent.
- **Votes.** Power is what counts in a vote. You can hand your votes to somebody else and keep the lock and its revenue.
- **Revenue.** A part of all fees is shared out each week.
- **Staking Score.** The amount times 1 to 2, by the time left. It brings a tier, with discounts and better terms in sales. It is read at the last start of a week, so that a lock of an hour counts for nothing.
- **The end.** Ends fall on Thursdays, 00:00 UTC. From then on you take everything out.
- **Leaving early.** After seven days you may, and pay a penalty that falls with the time left. The page shows it before you sign.`,
    next: [["/stake", "Lock GIM"]],
  },
  {
    id: "decisions",
    title: "Reading a decision",
    summary: "Why the index moved, and how to check it yourself.",
    text: `Each rebalance has a record. On the page of an index open an entry of the rebalance log.

- **Reason.** What changed since the last decision, in a sentence: what the market looked like, which tokens came, went, grew or shrank.
- **Grades.** For each token how the models see it, and the data that moved the grade most.
- **Weights.** Before, wanted, and after. What the guard rails cut off is named.
- **Model.** Which one spoke, and how well its kind did on days that it had not learnt from.
- **Cost.** What was traded, and what it lost to the spread.

The record has a hash, and the chain has the same one. **Verify** works it out again in your own browser: if a single figure had been changed since, it would be another hash. It proves what was decided and that nobody rewrote it. It does not prove that the decision was good.`,
    next: [
      ["/keeper", "The keeper's journal"],
      ["/", "Indices and their logs"],
    ],
  },
];

/** The topic of an address; undefined: there is none. */
export function findTopic(id: string | undefined): Topic | undefined {
  return TOPICS.find((topic) => topic.id === id);
}

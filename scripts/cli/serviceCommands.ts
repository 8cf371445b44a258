// gimbal strategy, shares, market, credits: strategies, models and data as tokens, and access to services.
import type { Command } from "commander";
import { acts, list, onChain, sending } from "./define.ts";

const credits = () => import("./credits.ts");
const market = () => import("./market.ts");
const shares = () => import("./shares.ts");
const strategy = () => import("./strategy.ts");

const currency = (command: Command): Command => command.option("--currency <currency>", "USDC or GIM; USDC");

function addStrategy(program: Command): void {
  const group = program.command("strategy").description("strategies and data sets as tokens that earn");
  const command = (name: string, words: string) => group.command(name).description(words);
  const document = (of: Command): Command =>
    of
      .option("--uri <uri>", "where the document is")
      .option("--hash <hash>", "keccak256 of the document")
      .option("--methodology <file>", "the document itself, instead of --hash: a methodology")
      .option("--file <file>", "the document itself, instead of --hash: any file, such as a data set's manifest");
  acts(
    onChain(command("list", "all of them, oldest first")).option("--from <id>", "first id; 1"),
    async () => (await strategy()).listCommand,
  );
  acts(
    onChain(command("show", "owner, rates, versions, what it earned by use")).argument("<id>"),
    async () => (await strategy()).showCommand,
  );
  acts(
    document(sending(command("register", "makes a token of the account, its author")))
      .option("--kind <kind>", "strategy or dataset; strategy")
      .option("--royalty-bps <bps>", "of the creator's part of the fees of indices that adopt it; 0")
      .option("--resale-bps <bps>", "of the price of each sale, for ever; 0"),
    async () => (await strategy()).registerCommand,
  );
  acts(
    document(sending(command("publish", "appends a version")).argument("<id>")),
    async () => (await strategy()).publishCommand,
  );
  acts(
    sending(command("royalty", "sets the royalty of later adoptions"))
      .argument("<id>")
      .option("--royalty-bps <bps>", "of the creator's part of an index's fees"),
    async () => (await strategy()).royaltyCommand,
  );
  acts(
    sending(command("resale", "hands the right to the resale royalty on"))
      .argument("<id>")
      .option("--to <address>", "who gets it from now on"),
    async () => (await strategy()).resaleCommand,
  );
  acts(
    sending(command("pay-out", "sends royalties that wait to the owner"))
      .argument("<id>")
      .argument("<token>", "an index"),
    async () => (await strategy()).payOutCommand,
  );
  acts(
    sending(command("adopt", "announces that an index follows it; by the curator"))
      .argument("<id>")
      .argument("<index>", "address or symbol")
      .option("--hash <hash>", "the version that you have read; fails when there is a newer one")
      .option("--max-royalty-bps <bps>", "fails when the royalty is higher"),
    async () => (await strategy()).adoptCommand,
  );
  acts(
    sending(command("apply", "puts what was announced in force after seven days"))
      .argument("<id>")
      .argument("<index>", "address or symbol")
      .option("--hash <hash>", "the version that was announced; the newest when left out")
      .option("--royalty-bps <bps>", "the royalty that was announced; the present one when left out"),
    async () => (await strategy()).applyCommand,
  );
}

function addShares(program: Command): void {
  const group = program.command("shares").description("shares of a locked strategy or data set");
  const command = (name: string, words: string) =>
    group.command(name).description(words).argument("<shares>", "address, or the id of the token");
  const tokens = (of: Command): Command =>
    of.option("--token <token>", "what royalties come in: an index, USDC, GIM; again for each", list);
  acts(onChain(group.command("list").description("all locks, oldest first")), async () => (await shares()).listCommand);
  acts(
    tokens(onChain(command("show", "terms, auction, and what the account has of it"))),
    async () => (await shares()).showCommand,
  );
  acts(
    currency(sending(group.command("lock").description("locks a token and issues shares of it to the account")))
      .argument("<id>")
      .option("--name <name>")
      .option("--symbol <symbol>")
      .option("--supply <amount>", "shares, fixed for ever")
      .option("--reserve <amount>", "least first bid of a buy-out, fixed for ever"),
    async () => (await shares()).lockCommand,
  );
  acts(
    sending(command("harvest", "brings royalties and shares them out, once a day")).argument("<token>"),
    async () => (await shares()).harvestCommand,
  );
  acts(
    sending(command("claim", "sends the account its part of royalties")).argument("<token>"),
    async () => (await shares()).claimCommand,
  );
  acts(
    sending(command("bid", "bids for the token; the first bid begins an auction of seven days")).option(
      "--amount <amount>",
      "paid at once; the least that is possible when left out",
    ),
    async () => (await shares()).bidCommand,
  );
  acts(sending(command("withdraw", "sends money of beaten bids back")), async () => (await shares()).withdrawCommand);
  acts(
    tokens(sending(command("settle", "ends an auction; royalties that are not named go to the winner"))),
    async () => (await shares()).settleCommand,
  );
  acts(
    sending(command("cash-out", "burns shares for their part of the price")).option(
      "--shares <amount>",
      "all when left out",
    ),
    async () => (await shares()).cashOutCommand,
  );
  acts(
    sending(command("redeem", "burns all shares and gets the token back")),
    async () => (await shares()).redeemCommand,
  );
}

function addMarket(program: Command): void {
  const group = program.command("market").description("strategies, data sets and credits at fixed prices");
  const command = (name: string, words: string) => group.command(name).description(words);
  const units = (of: Command): Command => of.option("--units <n>", "how many; 1");
  acts(
    onChain(command("list", "what is offered")).option("--from <n>", "first offer; 1"),
    async () => (await market()).listCommand,
  );
  acts(
    units(onChain(command("show", "what an offer costs and who gets it")).argument("<offer>")),
    async () => (await market()).showCommand,
  );
  acts(
    units(currency(sending(command("sell", "offers a token of the account; it stays there until bought"))))
      .argument("<what>", "strategy or credits")
      .argument("<which>", "the token's id, or the service of the credits")
      .option("--price <amount>", "for one")
      .option("--days <n>", "how long it stands; 30"),
    async () => (await market()).sellCommand,
  );
  acts(
    units(sending(command("buy", "buys from an offer")).argument("<offer>"))
      .option("--max-cost <amount>", "fails above it; what it costs now when left out")
      .option("--hash <hash>", "the version of a strategy that you have read; fails when there is a newer one"),
    async () => (await market()).buyCommand,
  );
  acts(
    sending(command("cancel", "takes an offer back")).argument("<offer>"),
    async () => (await market()).cancelCommand,
  );
}

function addCredits(program: Command): void {
  const group = program.command("credits").description("credits, plans and trials of the API's services");
  const command = (name: string, words: string) => group.command(name).description(words);
  const service = (of: Command): Command => of.argument("<service>", "signals, decisions, compute or datasets");
  const units = (of: Command): Command => of.option("--units <n>", "how many credits");
  const buying = (of: Command): Command =>
    currency(of)
      .option("--max-cost <amount>", "fails above it; what it costs now when left out")
      .option("--to <address>", "who gets it; the account when left out");
  acts(
    onChain(command("show", "credits, plans, trial and key of the account, with prices")),
    async () => (await credits()).showCommand,
  );
  acts(buying(units(sending(service(command("buy", "buys credits"))))), async () => (await credits()).buyCommand);
  acts(
    buying(sending(command("plan", "buys or prolongs a plan")).argument("<plan>", "its number")).option(
      "--periods <n>",
      "of 30 days; 1",
    ),
    async () => (await credits()).planCommand,
  );
  acts(
    sending(command("trial", "begins the account's trial of seven days")),
    async () => (await credits()).trialCommand,
  );
  acts(
    units(sending(service(command("load", "moves credits from the wallet into the meter, which pays")))),
    async () => (await credits()).loadCommand,
  );
  acts(
    units(sending(service(command("notice", "a day's notice that credits are to leave the meter; 0 takes it back")))),
    async () => (await credits()).noticeCommand,
  );
  acts(
    sending(service(command("unload", "moves what was in notice back into the wallet"))),
    async () => (await credits()).unloadCommand,
  );
  acts(
    sending(command("key", "names the key that may sign receipts for the account; none when left out"))
      .argument("[address]")
      .option("--days <n>", "how long; 30"),
    async () => (await credits()).keyCommand,
  );
  acts(
    currency(sending(command("claim", "pays what a strategy or data set earned by use to its owner")).argument("<id>")),
    async () => (await credits()).claimCommand,
  );
  acts(
    onChain(command("sign", "signs a receipt and prints the header for the API; sends nothing"))
      .argument("<service>", "signals, decisions, compute, datasets, or trial")
      .option("--payer <address>", "whose meter pays, when a session key signs")
      .option("--units <n>", "as the API asks")
      .option("--nonce <n>", "as the API asks; once an account and service")
      .option("--asset <id>", "as the API asks; 0")
      .option("--hours <n>", "how long it is good; 26"),
    async () => (await credits()).signCommand,
  );
}

/** Commands of the services. */
export function addServices(program: Command): void {
  addStrategy(program);
  addShares(program);
  addMarket(program);
  addCredits(program);
}

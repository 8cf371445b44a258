import { momentOf } from "../accounts/moment.ts";
import type { ApiContext } from "../context.ts";
import { passOf } from "../credits/open.ts";
import { ReceiptBook } from "../credits/receiptBook.ts";
import { includesService, SERVICE_WORDS, SERVICES, type ServiceName, TRIAL } from "../credits/services.ts";
import type { CreditAccountRow, ServiceSettingRow } from "../history/serviceRows.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, amountOf, amountSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import { atOneMoment } from "./moment.ts";

const NAMES = Object.keys(SERVICES) as ServiceName[];
const PERIOD_DAYS = 30; // of a plan, as AccessPass says
const TRIAL_DAYS = 7;

const nameSchema = z.enum(NAMES);
const priceSchema = z
  .strictObject({
    usdc: amountSchema.nullable().openapi({ description: "null: not sold for it." }),
    gim: amountSchema.nullable().openapi({ description: "null: not sold for it." }),
  })
  .openapi("ServicePrice", { description: "Before the discount of the payer's tier." });

const servicesSchema = z
  .strictObject({
    contract: addressSchema.nullable().openapi({ description: "AccessPass; null: nothing is sold." }),
    credits: z.array(
      z.strictObject({
        id: z.string(),
        service: nameSchema,
        words: z.string(),
        price: priceSchema.openapi({ description: "Of one credit." }),
        routes: z
          .array(z.strictObject({ method: z.string(), path: z.string(), price: z.string() }))
          .openapi({ description: "What they pay for beyond what is free." }),
      }),
    ),
    plans: z.array(
      z.strictObject({
        number: z.number().int(),
        services: z.array(nameSchema),
        creditsPerDay: z.number().int(),
        days: z.number().int().openapi({ description: "That one price is for." }),
        price: priceSchema,
      }),
    ),
    trial: z
      .strictObject({ credits: z.number().int(), days: z.number().int() })
      .nullable()
      .openapi({ description: "Once an address, for any service; null: none is given." }),
    assetShareBps: z.number().int().nullable().openapi({
      description: "Of what credits cost, kept for owners of data sets; null: not known.",
    }),
    marketFeeBps: z
      .number()
      .int()
      .nullable()
      .openapi({ description: "Of the price of new listings; null: not known." }),
  })
  .openapi("Services");

const priceOf = ({ usdc, gim }: { readonly usdc: bigint; readonly gim: bigint }) => ({
  usdc: usdc === 0n ? null : amountOf(usdc, 6, "USDC"),
  gim: gim === 0n ? null : amountOf(gim, 18, "GIM"),
});

const servicesOf = (bits: number) => NAMES.filter((name) => includesService(BigInt(bits), name));

function getServices(routes: () => readonly Route[]): Route {
  return defineRoute({
    id: "getServices",
    method: "get",
    path: "/v1/services",
    tag: "Services",
    summary: "What is sold: credits and what they pay for, plans, trials",
    description: "Prices are of the newest indexed block. docs/SERVICES.md says how a request is paid for.",
    data: servicesSchema,
    freshness: "revision",
    handle: async (context) => {
      const { history, deployment } = context;
      const { result, moment } = await atOneMoment(
        history,
        {},
        () => Promise.all([history.creditPrices(), history.accessPlans(), history.serviceSettings()]),
        () => null,
      );
      const [prices, plans, settings] = result;
      const contract = passOf(deployment)?.contract ?? null;
      const setting = (name: ServiceSettingRow["name"]) => settings.find((row) => row.name === name)?.value ?? null;
      const trialCredits = setting("trialCredits") ?? 0;
      const sold = contract === null ? [] : NAMES;
      const data = {
        contract,
        credits: sold.map((service) => {
          const id = SERVICES[service];
          const price = prices.find(({ credit }) => BigInt(credit) === id) ?? { usdc: 0n, gim: 0n };
          const own = routes().flatMap(({ method, path, price: paid }) =>
            paid?.service === service ? [{ method: method.toUpperCase(), path, price: paid.words }] : [],
          );
          return { id: String(id), service, words: SERVICE_WORDS[service], price: priceOf(price), routes: own };
        }),
        plans: plans.map(({ number, services, creditsPerDay, ...price }) => ({
          ...{ number, services: servicesOf(services), creditsPerDay, days: PERIOD_DAYS, price: priceOf(price) },
        })),
        trial: trialCredits === 0 ? null : { credits: trialCredits, days: TRIAL_DAYS },
        ...{ assetShareBps: setting("assetShareBps"), marketFeeBps: setting("marketFeeBps") },
      };
      return { data, ...moment };
    },
  });
}

const units = (description: string) => z.string().openapi({ description });

const meterShape = {
  used: units("Settled on chain."),
  receipts: z.number().int().openapi({ description: "Settled." }),
  unsettled: units("Used at this service and not settled yet, or lost to it: they do not count twice."),
  usable: units("That a new receipt could use here: what the meter holds, less what is in notice, less `unsettled`."),
};

const creditsSchema = z
  .strictObject({
    account: addressSchema,
    credits: z.array(
      z.strictObject({
        id: z.string(),
        service: nameSchema,
        wallet: units("That can be transferred, sold or loaded."),
        meter: units("That receipts are settled from."),
        inNotice: units("Of them, announced to leave."),
        noticeEndsAt: timeSchema.nullable().openapi({ description: "From when they may leave; null: no notice." }),
        bought: units("For this account, in all."),
        ...meterShape,
      }),
    ),
    trial: z
      .strictObject({
        units: units("At the beginning."),
        left: units("0 once it is over."),
        endsAt: timeSchema,
        isRunning: z.boolean(),
        ...meterShape,
      })
      .nullable()
      .openapi({ description: "null: none was begun." }),
    plans: z.array(
      z.strictObject({
        number: z.number().int(),
        services: z.array(nameSchema),
        creditsPerDay: z.number().int(),
        endsAt: timeSchema,
        isRunning: z.boolean(),
      }),
    ),
    key: z
      .strictObject({ address: addressSchema, until: timeSchema })
      .nullable()
      .openapi({ description: "That may sign receipts beside the account; null: none, or it has ended." }),
  })
  .openapi("AccountCredits");

const NOTHING = {
  ...{ wallet: 0n, meter: 0n, notice: 0n, noticeEndsAt: 0, bought: 0n, used: 0n, receipts: 0 },
} satisfies Partial<CreditAccountRow>;

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const leftOf = (a: bigint, b: bigint) => (a > b ? a - b : 0n);

/** Units that this service holds receipts for; none where nothing is sold. */
function bookOf({ store, deployment }: ApiContext): Pick<ReceiptBook, "held"> {
  const place = passOf(deployment);
  return place === undefined ? { held: async () => 0n } : new ReceiptBook(store.database, place, "reader");
}

const getCredits = defineRoute({
  id: "getAccountCredits",
  method: "get",
  path: "/v1/accounts/{address}/credits",
  tag: "Accounts",
  summary: "Credits of an account: in its wallet, in its meter, used, not settled yet; its trial, plans and key",
  description: "Of the newest indexed block; `unsettled` is of this moment.",
  params: { address: addressInput.openapi({ description: "The account." }) },
  data: creditsSchema,
  freshness: "live",
  handle: async (context, { params }) => {
    const { history } = context;
    const account = params.address;
    const [rows, plans, terms, trial, key, moment] = await Promise.all([
      history.creditAccounts(account),
      history.accountPlans(account),
      history.accessPlans(),
      history.trial(account),
      history.sessionKey(account),
      momentOf(context, {}),
    ]);
    const book = bookOf(context);
    const now = moment.asOf;
    const meterOf = async (id: bigint, isOver: boolean) => {
      const row = rows.find(({ credit }) => BigInt(credit) === id) ?? NOTHING;
      const unsettled = await book.held(account, id);
      const meter = isOver ? 0n : row.meter;
      const inNotice = least(row.notice, meter);
      const usable = leftOf(meter, inNotice + unsettled);
      const shown = { used: String(row.used), receipts: row.receipts };
      return { row, meter, inNotice, shown: { ...shown, unsettled: String(unsettled), usable: String(usable) } };
    };
    const credits = await Promise.all(
      NAMES.map(async (service) => {
        const id = SERVICES[service];
        const { row, meter, inNotice, shown } = await meterOf(id, false);
        return {
          ...{ id: String(id), service, wallet: String(row.wallet), meter: String(meter), inNotice: String(inNotice) },
          noticeEndsAt: row.noticeEndsAt === 0 ? null : isoTime(row.noticeEndsAt),
          ...{ bought: String(row.bought), ...shown },
        };
      }),
    );
    const ofTrial = trial === null ? null : await meterOf(TRIAL, trial.endsAt <= now);
    const data = {
      ...{ account, credits },
      trial:
        trial === null || ofTrial === null
          ? null
          : {
              ...{ units: String(trial.units), left: String(ofTrial.meter), endsAt: isoTime(trial.endsAt) },
              ...{ isRunning: trial.endsAt > now, ...ofTrial.shown },
            },
      plans: plans.map(({ plan, endsAt }) => {
        const { services, creditsPerDay } = terms.find(({ number }) => number === plan) ?? {
          services: 0,
          creditsPerDay: 0,
        };
        const shown = { number: plan, services: servicesOf(services), creditsPerDay, endsAt: isoTime(endsAt) };
        return { ...shown, isRunning: endsAt > now };
      }),
      key: key === null || key.until <= now ? null : { address: key.key, until: isoTime(key.until) },
    };
    return { data, ...moment };
  },
});

/** What is sold, and what accounts have of it. `routes`: all that the API has. */
export function serviceRoutes(routes: () => readonly Route[]): readonly Route[] {
  return [getServices(routes), getCredits];
}

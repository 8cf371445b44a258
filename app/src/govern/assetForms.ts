import { delistAsset, listAsset, packMinPrice, setAssetFrozen, setAssetTier } from "@gimbal/sdk";
import { zeroAddress } from "viem";
import { type ActionForm, address, field, flag, percentField } from "./fields.ts";

/** Bits of a listing. */
export const FLAGS = { STABLE: 1, MAY_SHRINK: 4, CROSS_CHECK: 8 } as const;

/** {decimals of a D27 price} */
const PRICE_DECIMALS = 27;
/** Values of the field of the second source. */
const [NONE, FEED, POOL] = ["0", "1", "2"] as const;
const withSecond = { when: { field: "secondaryKind", is: [FEED, POOL] } };

/** Which assets indices may hold. */
export const ASSET_FORMS: readonly ActionForm[] = [
  {
    id: "listAsset",
    title: "List an asset",
    about: "Lets indices hold a token, priced by a feed. Another feed freezes the token in indices that hold it.",
    fields: [
      address("token", "Token"),
      field("tokenDecimals", "Decimals of the token", "whole"),
      address("feed", "Price feed", "Address of a feed in US dollars."),
      field("feedDecimals", "Decimals of the feed", "whole", { hint: "Usually 8." }),
      field("heartbeat", "Oldest accepted answer", "whole", { unit: "seconds" }),
      percentField("deviation", "The feed answers after a move of"),
      field("tier", "Tier", "whole", { hint: "0 to 15: which largest weight holds." }),
      flag("stable", "Is it a stable token?", "Yes: its peg is checked", "No"),
      flag("shrinks", "Can balances fall by themselves?", "Yes", "No"),
      field("minPrice", "Least price that the feed can say", "amount", {
        ...{ unit: "USD", hint: "Near it nobody buys the token, for the feed may hide a fall. 0: not known." },
      }),
      field("usdCap", "Most that one index may hold", "whole", { unit: "USD", hint: "0: no cap of its own." }),
      field("secondaryKind", "Second source of the price", "choice", {
        options: [
          [NONE, "None"],
          [FEED, "Another feed"],
          [POOL, "Average of a Uniswap pool"],
        ],
      }),
      { ...address("secondary", "Second source", "Address of the feed or the pool."), ...withSecond },
      field("secondaryDecimals", "Decimals of the second feed", "whole", {
        ...{ hint: "Usually 8.", when: { field: "secondaryKind", is: [FEED] } },
      }),
      field("secondaryWindow", "Window of the second source", "whole", {
        ...{ unit: "seconds", hint: "Oldest answer of a feed, or length of a pool's average.", ...withSecond },
      }),
      { ...flag("crossCheck", "No price while the sources disagree?", "Yes", "No"), ...withSecond },
    ],
    build: (read) => {
      const kind = read.text("secondaryKind");
      const hasSecond = kind === FEED || kind === POOL;
      if (kind !== NONE && !hasSecond) read.fail("secondaryKind", "Choose.");
      const flags =
        (read.flag("stable") ? FLAGS.STABLE : 0) +
        (read.flag("shrinks") ? FLAGS.MAY_SHRINK : 0) +
        (hasSecond && read.flag("crossCheck") ? FLAGS.CROSS_CHECK : 0);
      return listAsset({
        assetRegistry: read.deployment.contracts.AssetRegistry,
        token: read.address("token"),
        config: {
          ...{ feed: read.address("feed"), heartbeat: read.whole("heartbeat", 1, 0xff_ffff), flags },
          ...{ feedDecimals: read.whole("feedDecimals", 0, 36), tokenDecimals: read.whole("tokenDecimals", 0, 36) },
          ...{ tier: read.whole("tier", 0, 15), deviationBps: read.bps("deviation") },
          ...{ minPrice: packMinPrice(read.amount("minPrice", PRICE_DECIMALS)), secondaryKind: Number(kind) },
          secondary: hasSecond ? read.address("secondary") : zeroAddress,
          secondaryDecimals: kind === FEED ? read.whole("secondaryDecimals", 0, 36) : 0,
          secondaryWindow: hasSecond ? read.whole("secondaryWindow", 1, 0xff_ffff) : 0,
          usdCap: read.whole("usdCap", 0, 2 ** 48 - 1),
        },
      });
    },
  },
  {
    id: "delistAsset",
    title: "Remove an asset",
    about: "The token has no price from then on: no trades. Exits go on.",
    fields: [address("token", "Token")],
    build: (read) =>
      delistAsset({ assetRegistry: read.deployment.contracts.AssetRegistry, token: read.address("token") }),
  },
  {
    id: "freezeAsset",
    title: "Freeze or thaw an asset",
    about: "Stops trades in a token, or lets them begin again. Exits are never touched.",
    fields: [address("token", "Token"), flag("frozen", "Trading", "Freeze", "Thaw")],
    build: (read) =>
      setAssetFrozen({
        assetRegistry: read.deployment.contracts.AssetRegistry,
        ...{ token: read.address("token"), frozen: read.flag("frozen") },
      }),
  },
  {
    id: "assetTier",
    title: "Largest weight of an asset tier",
    about: "How much of an index one asset of a tier may be. 0% closes the tier.",
    fields: [field("tier", "Tier", "whole", { hint: "0 to 15." }), percentField("weight", "Largest weight")],
    build: (read) =>
      setAssetTier({
        assetRegistry: read.deployment.contracts.AssetRegistry,
        ...{ tier: read.whole("tier", 0, 15), maxWeightBps: read.bps("weight") },
      }),
  },
];

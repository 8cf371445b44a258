/** What an asset is for. Caps and comparisons go by it. */
export const SECTORS = [
  "layer-1",
  "layer-2",
  "defi-exchange",
  "defi-lending",
  "liquid-staking",
  "oracle",
  "meme",
  "ai",
  "gaming",
  "metaverse",
  "storage",
  "payments",
  "privacy",
  "exchange",
  "real-world-assets",
  "infrastructure",
  "stable",
  "wrapped",
  "other",
] as const;

/** Name of a sector. */
export type Sector = (typeof SECTORS)[number];

/** Sector, and the chain that the asset lives on ("own": it is a chain's own coin). */
export interface Classification {
  readonly sector: Sector;
  readonly ecosystem: string;
}

/**
 * Sector and ecosystem of an asset. One that the table lacks is judged by the category of its listing: "stable" and
 * "wrapped" are sectors of their own, everything else is "other" in ecosystem "unknown".
 *
 * @example
 * classify("AAVE", "coin") // { sector: "defi-lending", ecosystem: "ethereum" }
 */
export function classify(asset: string, category: string): Classification {
  const known = TABLE.get(asset);
  if (known !== undefined) return known;
  const sector = category === "stable" || category === "wrapped" ? category : "other";
  return { sector, ecosystem: "unknown" };
}

/** Assets that the table knows. */
export function classifiedAssets(): readonly string[] {
  return [...TABLE.keys()];
}

// Alphabetical in each group. An asset with several uses stands where most of its value comes from.
const CLASSES: readonly (readonly [sector: Sector, ecosystem: string, assets: string])[] = [
  [
    "layer-1",
    "own",
    `A ADA AE AION ALGO APT ARDR ARK ATOM AVAX BERA BNB BTM CELO CFX CKB CORE CSPR DOT EGLD ELA ELF EOS ETC ETH
     ETHW FLOW FTM GLMR HBAR HIVE ICP ICX INJ IOST IOTA IOTX KAIA KAS KAVA KDA KLAY KSM LSK LUNA LUNC MINA MON
     MOVR NEAR NEO NULS ONE ONT QTUM ROSE S SEI SOL STEEM STRAX SUI SYS TON TRX VET WAN WAVES WAXP XCH XDC XEM
     XRD XTZ ZETA ZIL`,
  ],
  ["layer-1", "polkadot", "ASTR"],
  ["layer-2", "bitcoin", "RIF"],
  ["layer-2", "cosmos", "DYM"],
  [
    "layer-2",
    "ethereum",
    `ALT ARB BLAST CELR CTSI IMX LRC MANTA MATIC METIS MNT OMG OP POL PROM SKL STRK TAIKO ZK ZKS`,
  ],
  ["layer-2", "near", "AURORA"],
  ["layer-2", "own", "STX"],
  ["defi-exchange", "arbitrum", "DPX GMX GNS GRAIL JOE PREMIA"],
  ["defi-exchange", "avalanche", "PNG"],
  ["defi-exchange", "base", "AERO"],
  ["defi-exchange", "bnb-chain", "ASTER BAKE BSW BURGER CAKE"],
  ["defi-exchange", "cosmos", "KUJI"],
  [
    "defi-exchange",
    "ethereum",
    `1INCH AEVO BAL BLUR BNT COW CRV CVX DODO HFT IDEX KNC LINA LOOKS MIR PERP RBN SNX SUSHI UNI WOO ZRX`,
  ],
  ["defi-exchange", "fantom", "BOO SPIRIT"],
  ["defi-exchange", "optimism", "VELO"],
  ["defi-exchange", "own", "BTS DYDX HYPE OSMO RUNE"],
  ["defi-exchange", "polkadot", "HDX"],
  ["defi-exchange", "polygon", "QUICK"],
  ["defi-exchange", "solana", "DRIFT JUP ORCA RAY SRM TNSR"],
  ["defi-exchange", "tron", "SUN"],
  ["defi-lending", "arbitrum", "RDNT"],
  ["defi-lending", "avalanche", "QI"],
  ["defi-lending", "bnb-chain", "ALPACA AUTO XVS"],
  [
    "defi-lending",
    "ethereum",
    `AAVE ALPHA BADGER BOND CEL COMP ENA LEND LQTY MKR MLN MORPHO NEXO PENDLE RSR SKY SPELL TRIBE YFI YFII`,
  ],
  ["defi-lending", "polkadot", "ACA"],
  ["defi-lending", "solana", "KMNO"],
  ["defi-lending", "terra", "ANC MARS"],
  ["defi-lending", "tron", "JST"],
  ["liquid-staking", "bnb-chain", "LISTA"],
  ["liquid-staking", "cosmos", "STRD"],
  ["liquid-staking", "ethereum", "EIGEN ETHFI FXS LDO REZ RPL SSV SWISE"],
  ["liquid-staking", "solana", "JTO MNDE"],
  ["oracle", "ethereum", "API3 DIA LINK REP TRB UMA"],
  ["oracle", "own", "BAND FLR"],
  ["oracle", "solana", "PYTH"],
  ["meme", "base", "BRETT DEGEN"],
  ["meme", "bitcoin", "1000SATS ORDI SATS"],
  ["meme", "bnb-chain", "BABYDOGE SAFEMOON"],
  ["meme", "ethereum", "BONE ELON FLOKI MEME MOG PEOPLE PEPE SHIB TURBO"],
  ["meme", "own", "DOGE"],
  ["meme", "solana", "BOME BONK FARTCOIN PENGU PNUT POPCAT TRUMP WIF"],
  ["meme", "ton", "DOGS"],
  ["ai", "ethereum", "AGIX ARKM CTXC NMR OCEAN RENDER RLC RNDR VIRTUAL WLD"],
  ["ai", "own", "FET TAO"],
  ["ai", "solana", "GRASS IO"],
  ["gaming", "arbitrum", "XAI"],
  ["gaming", "avalanche", "BEAM"],
  ["gaming", "bnb-chain", "DEGO MBOX WIN"],
  ["gaming", "ethereum", "ALICE AXS CHR ENJ FUN GALA ILV LOKA MAGIC PORTAL PRIME SLP SUPER TLM VRA YGG"],
  ["gaming", "own", "WEMIX"],
  ["gaming", "polygon", "GHST VOXEL"],
  ["gaming", "ronin", "PIXEL RON"],
  ["gaming", "solana", "GMT"],
  ["gaming", "ton", "HMSTR NOT"],
  ["metaverse", "ethereum", "APE HIGH MANA SAND"],
  ["storage", "ethereum", "BLZ STORJ"],
  ["storage", "own", "AR BTT FIL SC"],
  ["payments", "ethereum", "ACH AMP COTI DENT MTL PUNDIX REQ STMX SXP TEL UTK"],
  ["payments", "own", "BCH BSV BTC BTG DASH DCR DGB ETN LTC NANO PI RVN XEC XLM XNO XRP"],
  ["payments", "solana", "ZBCN"],
  ["privacy", "ethereum", "DUSK KEEP NU OXT T"],
  ["privacy", "own", "BEAM_OLD FIRO GRIN SCRT XMR XVG ZEC ZEN"],
  ["privacy", "polkadot", "PHA"],
  ["exchange", "ethereum", "BGB FTT GT HT KCS LEO MX OKB"],
  ["exchange", "own", "CRO OKT"],
  ["real-world-assets", "ethereum", "OM ONDO PAXG POLY TRU XAUT"],
  ["real-world-assets", "polkadot", "CFG"],
  ["infrastructure", "base", "ZORA"],
  ["infrastructure", "bnb-chain", "CYBER EDU HOOK SFP TWT"],
  ["infrastructure", "cosmos", "NTRN SAGA"],
  [
    "infrastructure",
    "ethereum",
    `ANKR ANT ATA AUDIO AXL BAT BICO BTCST CHZ CQT CVC DEXE DNT ENS FORTH GAL GLM GNO GNT GRT GTC HOT ID JASMY
     KEY LIT LPT MASK MDT MULTI NFT NKN OGN ORBS POWR QNT RAD RARE RARI REN SNT STG SYN TRAC XCN XYO ZRO`,
  ],
  ["infrastructure", "neo", "GAS"],
  ["infrastructure", "ontology", "ONG"],
  ["infrastructure", "own", "AIOZ AKT DESO EWT FLUX HNT TFUEL THETA TIA W"],
  ["infrastructure", "solana", "FIDA STEP"],
  ["infrastructure", "vechain", "VTHO"],
  ["stable", "bnb-chain", "VAI"],
  [
    "stable",
    "ethereum",
    `BUSD CRVUSD DAI EURS EURT FDUSD FEI FRAX GUSD HUSD LUSD PAX PYUSD SAI SUSD TUSD USDC USDD USDE USDP USDS
     USDT USUAL`,
  ],
  ["stable", "terra", "UST USTC"],
  ["stable", "tron", "USDJ"],
  ["wrapped", "base", "CBBTC"],
  ["wrapped", "bitcoin", "RBTC"],
  ["wrapped", "bnb-chain", "BETH BTCB"],
  ["wrapped", "ethereum", "CBETH HBTC RENBTC RETH STETH TBTC WBTC WEETH WETH WSTETH"],
  ["wrapped", "solana", "JITOSOL MSOL"],
];

const TABLE: ReadonlyMap<string, Classification> = new Map(
  CLASSES.flatMap(([sector, ecosystem, assets]) => {
    return assets.split(/\s+/).map((asset) => [asset, { sector, ecosystem }] as const);
  }),
);

/**
 * Names by which headlines call assets. "BTC: bitcoin" = the symbol in any case or the name in any case; "!" before a symbol =
 * it is a common word or abbreviation too and needs a "$" or capitals; "^" before a name = the same, and it needs a capital letter.
 * Two assets may share a name (a coin before and after its renaming): whichever the market has is meant.
 */
const LIST = `
BTC: bitcoin, xbt, satoshi; ETH: ethereum, ether; USDT: tether; USDC: usd coin; !BNB: binance coin, bnb chain, binance smart chain
XRP: ripple; !SOL: solana; ADA: cardano; DOGE: dogecoin; !DOT: polkadot; MATIC: polygon, ^Matic; POL: polygon; TRX: tron
LTC: litecoin; SHIB: shiba inu; !LINK: chainlink; AVAX: avalanche; !UNI: uniswap; !ATOM: ^Cosmos, cosmos hub; XMR: monero
XLM: ^Stellar, stellar lumens; BCH: bitcoin cash; ETC: ethereum classic; FIL: filecoin; !NEAR: near protocol; APT: aptos
ARB: arbitrum; !OP: ^Optimism; ICP: internet computer, dfinity; HBAR: hedera; VET: vechain; QNT: quant network; AAVE: aave
!GRT: the graph; ALGO: algorand; EOS: eos; XTZ: tezos; !EGLD: elrond, multiversx; !SAND: the sandbox, sandbox game
MANA: decentraland; AXS: axie infinity, axie; THETA: theta network; FTM: fantom; !S: sonic labs; !FLOW: flow blockchain, dapper labs
!MKR: makerdao, maker dao, ^Maker; DAI: dai stablecoin; CRV: curve finance, ^Curve; COMP: compound finance, ^Compound
SNX: synthetix; YFI: yearn, yearn finance; SUSHI: sushiswap, sushi swap; !CAKE: pancakeswap; 1INCH: 1inch; BAL: balancer
UMA: uma protocol; LRC: loopring; ZRX: 0x protocol; BAT: basic attention token, brave browser; ENJ: enjin; CHZ: chiliz, socios
!HOT: holo, holochain; ZIL: zilliqa; !ONE: harmony one, harmony protocol; IOTA: iota; MIOTA: iota; NEO: neo; !GAS: neo gas
ONT: ontology network; QTUM: qtum; !WAVES: waves platform, waves protocol; DASH: dash coin, ^Dash; ZEC: zcash; DCR: decred
DGB: digibyte; RVN: ravencoin; XEM: nem; BSV: bitcoin sv; BTG: bitcoin gold; KSM: kusama; !CELO: celo; !RUNE: thorchain
LUNC: terra classic, terra luna, ^Terra; LUNA: terra luna, ^Terra; UST: terrausd; USTC: terrausd; !ANC: anchor protocol
!MIR: mirror protocol; KAVA: kava; !BAND: band protocol; !REN: ren protocol; KNC: kyber network, kyber; BNT: bancor; !REP: augur
GNO: gnosis; LDO: lido, lido finance; RPL: rocket pool; FXS: frax share; FRAX: frax; !DYDX: dydx; GMX: gmx; !PERP: perpetual protocol
!INJ: injective; !SUI: sui network, ^Sui; !SEI: sei network; TIA: celestia; !STX: blockstack, stacks network; IMX: immutable x, immutable
!APE: apecoin, bored ape; GALA: gala games; ILV: illuvium; !MASK: mask network; ENS: ethereum name service; !BLUR: blur marketplace
LOOKS: looksrare; RNDR: render network, render token; RENDER: render network, render token; FET: fetch ai; AGIX: singularitynet
OCEAN: ocean protocol; WLD: worldcoin; HNT: helium network, ^Helium; !AR: arweave; !STORJ: storj; SC: siacoin; !ANKR: ankr
!AUDIO: audius; LPT: livepeer; !ROSE: oasis network, oasis protocol; !MINA: mina protocol; KAS: kaspa; !TON: toncoin, the open network
PEPE: pepe coin, pepecoin; FLOKI: floki; BONK: bonk; WIF: dogwifhat; BOME: book of meme; !JUP: jupiter exchange; PYTH: pyth network
JTO: jito; !RAY: raydium; !SRM: project serum; FTT: ftx token; !CRO: crypto com coin, cronos; OKB: okb; !HT: huobi token; LEO: unus sed leo
!KCS: kucoin token; !GT: gatetoken; !CEL: celsius token, ^Celsius; NEXO: nexo; BUSD: binance usd; TUSD: trueusd; !PAX: paxos standard
GUSD: gemini dollar; PAXG: pax gold; WBTC: wrapped bitcoin; STETH: lido staked ether, steth; XDC: xdc network; !KLAY: klaytn; KAIA: kaia
BTT: bittorrent; !WIN: winklink; JST: just stablecoin; !SUN: sun token; XVS: venus protocol; !ALPHA: alpha finance, alpha homora
CREAM: cream finance; BADGER: badgerdao, badger dao; !ALPACA: alpaca finance; REEF: reef finance; DODO: dodo exchange; !COTI: coti
CKB: nervos; SKL: skale; CTSI: cartesi; !NMR: numeraire, numerai; OGN: origin protocol; !OXT: orchid protocol; GLM: golem; !SNT: status network
CVC: civic; !POWR: power ledger; MTL: metal pay; !STEEM: steemit; HIVE: hive blockchain; LSK: lisk; ARDR: ardor; STRAX: stratis
ICX: icon network; !WAN: wanchain; AION: aion; NANO: nano coin; XNO: nano coin; !IOST: iost; !TWT: trust wallet token; GMT: stepn
!MAGIC: treasure dao; !ID: space id; CFX: conflux; ORDI: ordinals; PENDLE: pendle; ENA: ethena; !ETHFI: ether fi; EIGEN: eigenlayer
STRK: starknet; ZK: zksync; MNT: mantle network; BEAM: beam network; AKT: akash; TAO: bittensor; ONDO: ondo finance; HYPE: hyperliquid
VIRTUAL: virtuals protocol; PENGU: pudgy penguins; TRUMP: trump coin, trump memecoin; !MOVE: movement labs; BERA: berachain
`;

/** How an asset is called. */
export interface Alias {
  readonly asset: string;
  readonly isPlainSymbol: boolean; // the symbol means the asset in lower case too
  readonly names: readonly string[];
  readonly capitalNames: readonly string[]; // mean the asset only when written with a capital letter
}

/** The best-known tokens and their names, in the order of the list above. */
export const ALIASES: readonly Alias[] = LIST.split(/[;\n]/)
  .map((entry) => entry.trim())
  .filter((entry) => entry !== "")
  .map((entry) => {
    const [symbol = "", names = ""] = entry.split(":");
    const all = names.split(",").map((name) => name.trim());
    return {
      asset: symbol.replace("!", ""),
      isPlainSymbol: !symbol.startsWith("!"),
      names: all.filter((name) => !name.startsWith("^")),
      capitalNames: all.filter((name) => name.startsWith("^")).map((name) => name.slice(1).toLowerCase()),
    };
  });

/** Abbreviations in capitals that headlines use for something else than the asset of this symbol. */
export const OTHER_CAPITALS: ReadonlySet<string> = new Set(
  `ACT AI AMA AML AMM API APR APY ATH ATM AWS BOE BOJ CBDC CEO CFO CFTC CIA CME COO CPI CPO CTO DAO DC DEX DHS DOJ ECB EIP ETF ETP EU
  FATF FBI FCA FDIC FED FINRA FOMC FUD GDP GPU HFT IBM ICE ICO IDO IEO IMF IPO IRS IT JPM KYC LLC LP MAS ME NAV NEW NFT NFTS NY NYAG
  NYC NYDFS NYSE OCC OFAC OTC PC PR PRO Q Q1 Q2 Q3 Q4 REIT SBF SDK SEC SPAC TV TVL UAE UK UN US USA USD VC VIP VP VR WHO`.split(
    /\s+/,
  ),
);

/** Words and phrases with the tone that they give a headline about crypto or finance, -1 to 1; our own judgement. */
export const TERMS: readonly (readonly [polarity: number, terms: string])[] = [
  [
    -1,
    `rug pull, rugpull, ponzi scheme, ponzi, exit scam, death spiral, total loss, goes to zero, worthless, bankruptcy,
    bankrupt, insolvent, insolvency, files for bankruptcy, stolen, steal, stole, embezzle, embezzlement,
    drained, drains, collapse, hacked, exploited, flash loan attack, reentrancy attack, bridge hack, #percent attack, double spend,
    private key leak, private keys compromised, halts withdrawals, suspends withdrawals, pauses withdrawals, freezes withdrawals,
    withdrawals suspended, withdrawals halted, bank run, loses peg, depeg, depegged, delisted, delisting, delists, kill switch`,
  ],
  [
    -0.9,
    `hack, hacks, hacker, hackers, exploit, exploiter, breach, data breach, scam, scams, scammer, fraud, fraudulent, fraudster,
    theft, heist, robbery, ransomware, malware, phishing, cyberattack, attacker, crash, crashes, crashed, plummet, plunge,
    nosedive, meltdown, wiped out, wipeout, wipes out, capitulation, capitulate, default, defaults, liquidated, liquidation,
    liquidations, indict, indicted, indictment, arrest, arrested, convicted, conviction, guilty, sentenced, prison, jail,
    money laundering, launder, market manipulation, pump and dump, insider trading, wash trading, tax evasion, sanctioned,
    shut down, shuts down, shutting down, shutdown, ceases operations, winds down, wind down, goes dark, delist,
    outright ban, bans crypto, ban crypto, crypto ban, bans bitcoin, ban on, blanket ban, criminalize, outlaw, illegal`,
  ],
  [
    -0.8,
    `lawsuit, lawsuits, sues, sue, sued, suing, class action, suit, complaint, charges, charged, accuse, accused, accusation,
    allege, alleged, allegation, alleges, allegedly, ban, banned, bans, banning, prohibit, prohibition, crackdown, crack down,
    cracks down, clampdown, raid, raided, seize, seizes, seized, seizure, confiscate, fined, fine of, penalty, penalties,
    violation, violate, violates, unregistered securities, cease and desist, subpoena, wells notice, investigated,
    tumble, tank, tanks, tanked, slump, sell off, selloff, rout, bloodbath, carnage, bear market, freefall, free fall, panic,
    vulnerability, compromised, critical bug, outage, downtime, network halt, chain halt, stops producing blocks, counterfeit,
    fake, impersonate, fugitive, surrender, surrenders, extradite, extradition, detain, detained, manhunt, victim, victims`,
  ],
  [
    -0.7,
    `investigation, investigate, investigating, probe, probes, probing, enforcement action, charge, block, blocked, reject,
    rejects, rejected, rejection, deny, denies, denied, denial, suspend, suspends, suspended, suspension, halt, halts, halted,
    freeze, freezes, frozen, blacklist, blacklisted, restrict, restricts, restricted, restriction, terminate, terminated,
    sink, sinks, sank, plunges below, slides, slid, falls below, drops below, dips below, record low, new low, all time low,
    lowest level, lowest since, biggest drop, worst day, worst week, worst month, lost, losses, loss, deficit, shortfall,
    layoffs, lays off, lay off, cuts jobs, job cuts, slash, slashes, slashed, downgrade, downgraded, bearish, bears, bubble,
    recession, contagion, crisis, turmoil, chaos, exodus, mass exit, outflow, outflows, bad debt, margin call, underwater,
    dead cat bounce, death cross, breakdown, stop loss, rat poison, environmental damage, terrorist financing, terrorism,
    illicit, criminal, criminals, crime, darknet, dark web, extortion, blackmail, kidnap, deceive, mislead, misleading`,
  ],
  [
    -0.6,
    `warn, warns, warned, warning, warnings, red flag, caution investors, lose all, lose everything, risky, danger, dangerous,
    threat, threaten, threatens, fall, falls, fell, falling, fallen, drop, drops, dropped, dropping, decline, declines, declined,
    slide, sliding, dip, dips, dipped, slip, slips, slipped, retreat, retreats, shed, sheds, dive, dives, weaken, weakens,
    pullback, correction, bleed, bleeding, slowdown, slow down, stumble, stumbles, struggle, struggles, struggling, suffer,
    suffers, suffered, hurt, hurts, harm, harms, harmful, damage, damages, fail, fails, failed, failure, failing, delay, delays,
    delayed, postpone, postponed, cancel, cancels, cancelled, canceled, scrap, scraps, scrapped, abandon, abandons, pull out,
    pulls out, pulled out, backs out, steps back, walks away, withdraws application, withdraws bid, bug, bugs, flaw, flaws,
    glitch, error, attack, attacks, backlash, outrage, controversy, controversial, scandal, criticize, criticizes, critic,
    criticism, slam, slams, blast, blasts, condemn, condemns, oppose, opposes, opposition, against crypto, against bitcoin,
    falls short, fall short, fell short, misses expectations, missed expectations, disappointing, disappoint, disappoints, tightens rules,
    tighten, tightening, crack, stricter, harsher, overvalued, overheated, unsustainable, selling pressure, sell pressure`,
  ],
  [
    -0.5,
    `risk, risks, concern, concerns, concerned, worry, worries, worried, fear, fears, fearful, uncertain, uncertainty, doubt,
    doubts, skeptic, skeptical, skepticism, dispute, disputes, feud, clash, clashes, conflict, drama, infighting, disagree,
    tax evaders, levy, levies, curb, curbs, limits, ends support, end support, discontinue, discontinues, drops support, stops,
    stop accepting, no longer accept, no longer, removes, limit crypto, limit bitcoin, dump, dumps, dumped, dumping, sold off,
    sells off, offload, unload, weak, weakness, volatile, negative, poor, worse, worst, bad, wrong, problem, problems, trouble,
    troubled, trap, stuck, congested, congestion, clogged, inefficient, wasteful, carbon footprint, pollution, dirty energy,
    speculative, mania, hype, overhyped, gambling addiction, resign, resigns, resignation, steps down, ousted, fired, quits,
    departs, bottleneck, shortage, discount to nav, premium turns negative, hits back, leak, leaked, leaks, spam, sybil,
    unlicensed, unauthorized, unregistered, noncompliant, scrutiny, scrutinize, under fire, hawkish, rate hike, inflation fears,
    stagflation, uninvestable, backdoor, censored, censorship, orphaned, sunset, hijack, hijacks, offline, down after`,
  ],
  [
    -0.35,
    `tax, taxes, tighter, regulators eye, downturn, lower, low, lows, cut, cuts, lag, lags, lagging, pause, pauses, paused,
    stall, stalls, stalled, slow, slows, cool, cools, cooling, fade, fades, cautious, caution, unlikely, lack, lacks, lacking,
    less, fewer, limit, limited, struggle to, miss, misses, missed, resistance, overbought, sell signal, token unlock, unlock,
    dilution, dilute, inflationary, expensive, costly, high fees, gas fees, debt, ordered, orders, forced, ruling against,
    impose, imposes, demands, fret, frets, unrest, war, invasion, sanction, sanctions, tension, tensions, angry, anger, sad`,
  ],
  [
    0.3,
    `list, lists, listed, start, starts, open, opens, opening, plan, plans, enable, enables, enabled, allow, allows, allowed,
    test, pilot, introduce, introduces, introduced, release, releases, released, unveil, unveils, debut, debuts, develop,
    develops, developing, build, builds, building, create, creates, offer, offers, offering, provide, provides, hire, hires,
    join, joins, joined, appoint, appoints, bid, apply, applies, explore, explores, interest in, interested, demand, popular,
    easier, easy, simple, cheaper, faster, convenient, free, gift, reward, rewards, bonus, airdrop, giveaway, clarity, stable,
    safe, secure, protect, protection, transparency, transparent, compliant, compliance, audit passed, audited, resolved,
    reopen, resume, resumes, resumed, restore, restored, refund, reimburse, repay, repaid, return funds, recognize, recognizes`,
  ],
  [
    0.45,
    `launch, launches, launched, launching, rolls out, roll out, go live, goes live, mainnet, add, adds, added, adding, support,
    supports, supported, expand, expands, expanded, expansion, integrate, integrates, integrated, integration, accept, accepts,
    accepted, accepting, payments in bitcoin, hold bitcoin, buy, buys, bought, purchase, purchases, purchased, acquire, acquires,
    acquired, acquisition, invest, invests, invested, investment, raise, raises, raised, raising, funding round, seed round,
    series a, series b, series c, series d, funding, backed by, backs, backing, sign, signs, signed, deal, agreement, merge,
    collaborate, collaboration, teams up, team up, join forces, joins forces, partner, partners, file for etf, files for a,
    files to list, license, licence, licensed, approval, greenlight, custody, institutional demand, institutional interest,
    stake, staking rewards, burn, burns, token burn, buyback, buy back, treasury, scaling, layer 2, halving, merge upgrade,
    reserve asset, store of value, hedge against inflation, legal tender, tax break, tax breaks, incentive, incentives`,
  ],
  [
    0.6,
    `partnership, partnerships, upgrade, upgrades, upgraded, adoption, adopt, adopts, adopted, embrace, embraces, endorse,
    endorses, approve, approves, approved, approving, green light, clears, cleared by, legalize, legalizes, legalise, wins, win,
    won, award, awards, awarded, gain, gains, gained, rise, rises, rose, rising, risen, climb, climbs, climbed, grow, grows,
    grew, growth, growing, increase, increases, increased, jump, jumps, jumped, up by, higher, uptick, advance, advances,
    rebound, rebounds, rebounded, recover, recovers, recovered, recovery, recover from, bounce, bounces, bounced, bounce back,
    bounces back, outperform, outperforms, beat, beats, beats expectations, exceed, exceeds, exceeded, above, crosses, cross,
    surpass, surpasses, surpassed, overtakes, overtake, tops, break above, breaks above, breaks through, breakout, reach,
    reaches, reached, hits, double, doubles, doubled, triple, triples, tripled, inflow, inflows, accumulate, accumulates,
    accumulation, strong, stronger, strength, strengthen, strengthens, robust, solid, healthy, positive, optimistic, optimism,
    confidence, confident, promising, success, successful, successfully, succeed, succeeds, profit, profits, profitable, revenue,
    earns, dovish, rate cut, buy signal, undervalued, opportunity, opportunities, benefit, benefits, boost, boosts, boosted,
    improve, improves, improved, improvement, innovation, innovative, breakthrough, milestone, unicorn, oversubscribed, leading`,
  ],
  [
    0.8,
    `surge, surges, surged, surging, soar, soars, soared, soaring, skyrocket, skyrockets, skyrocketed, rocket, rockets, rally,
    rallies, rallied, spike in demand, explode higher, moon, mooning, to the moon, bullish, bulls, bull run, bull market, boom,
    booming, record high, record highs, all time high, all time highs, new high, new highs, highest ever, highest level,
    highest since, record inflows, record volume, record revenue, new record, best day, best week, best month, best quarter,
    golden cross, parabolic, blasts past, shoots past, surges past, breaks all records, sets record, landmark approval,
    etf approved, approves etf, wins approval, receives approval, lawsuit dismissed, case dismissed, charges dropped, wins case,
    thrive, thrives, thriving, flourish, triumph, massive gains, moonshot, euphoria, exponential growth, strategic partnership`,
  ],
  [0.8, "#rocket, #moon, #bull"],
  [0.6, "#chartup, #fire, #diamond, #joy"],
  [0.2, "#laugh"],
  [-0.6, "#chartdown, #sad, #anger, #alarm, #percentdown"],
  [-0.8, "#death, #bear"],
];

/** Phrases that look like a tone and are none: they take their words out of the count. */
export const PLAIN_PHRASES = `fear and greed, greed index, open interest, bitcoin cash, short term, long term, hard fork,
  proof of stake, zero knowledge, risk management, bear in mind, all in one, free trade, real estate, cross chain, cross border,
  open source, stop by, start up, high frequency, low cap, mid cap, high school, fine art, fall season, block explorer,
  block reward, block size, building block, blockchain, smart contract, mining rig, hedge fund, hash rate, burn address,
  cut off date, wall street, last week, top up, crash course, attack surface, bug bounty, white hat, short video, support level,
  resistance level, charge card, debit card, credit card, default settings, win10, gas limit, gift card, power plant`;

/** Verbs that turn the tone of what follows: "drops the lawsuit" is good news, "delays the launch" is bad news. */
export const REVERSERS = `avert, averts, avoid, avoids, ban, bans, block, blocks, cancel, cancels, delay, delays, deny, denies,
  dismiss, dismisses, dismissed, drop, drops, dropped, end, ends, ease, eases, foil, foils, halt, halts, lift, lifts, lifted,
  oppose, opposes, overturn, overturns, pause, pauses, postpone, postpones, prevent, prevents, reject, rejects, recover from,
  recovers from, recovered from, scrap, scraps, stop, stops, survive, survives, suspend, suspends, thwart, thwarts, withdraw,
  withdraws, abandon, abandons, combat, combats, fight, fights, tackle, tackles, refute, refutes, patch, patches, fix, fixes,
  fixed, resolve, resolves, mitigate, mitigates, protect from, protect against, recoup, lose, loses, lost, cease, ceases,
  rule out, rules out, ruled out, reverse, reverses, revoke, revokes, removes, remove, calls off`;

/** What moves up, and what moves down; their tone is that of the quantity that moves. */
export const RISES = `rise, rises, rose, rising, climb, climbs, climbed, jump, jumps, jumped, increase, increases, increased,
  grow, grows, grew, growing, surge, surges, surged, surging, soar, soars, soared, soaring, spike, spikes, spiked, raise, raises,
  skyrocket, skyrockets, hit record, double, doubles, doubled, triple, triples, expand, expands, higher, hike, hikes, mount`;

/** See `RISES`. */
export const FALLS = `fall, falls, fell, falling, drop, drops, dropped, decline, declines, declined, plunge, plunges, plunged,
  plummet, plummets, sink, sinks, sank, tumble, tumbles, slump, slumps, dip, dips, slide, slides, slip, slips, decrease,
  decreases, decreased, shrink, shrinks, cut, cuts, reduce, reduces, reduced, lower, lowers, lowered, slash, slashes, cool,
  cools, ease, eases, fade, fades, falls short, fall short, fell short`;

/** Quantities of which less is better. Of every other one more is better. */
export const BAD_QUANTITIES = `fee, fees, gas, gas fees, cost, costs, outflow, outflows, inflation, unemployment, volatility,
  loss, losses, debt, liquidation, liquidations, default, defaults, risk, risks, fear, fears, crime, fraud, scam, scams, theft,
  hack, hacks, interest rate, interest rates, rates, tax, taxes, exchange balance, exchange balances, exchange reserves,
  exchange supply, selling pressure, sell pressure, carbon, emission, emissions, energy use, energy consumption, bankruptcies,
  complaint, complaints, penalty, penalties, short interest, supply, latency, slippage, barrier, barriers, burden, deficit`;

/** Words that turn the tone of the next words. */
export const NEGATIONS = `no, not, never, none, nobody, nothing, neither, nor, without, cannot, cant, wont, dont, doesnt, didnt,
  isnt, arent, wasnt, werent, hasnt, havent, hadnt, shouldnt, wouldnt, couldnt, aint, hardly, barely, scarcely, far from,
  rather than, instead of, yet to, anything but, unlikely to, fails to, failed to, fail to, refuses to, refused to, stops short of`;

/** Words that strengthen or weaken the tone of the next word. */
export const INTENSITIES: readonly (readonly [factor: number, terms: string])[] = [
  [
    1.35,
    `very, extremely, massive, massively, huge, hugely, sharply, sharp, steep, steeply, dramatically, dramatic, severe, severely,
    heavily, heavy, largest ever, biggest ever, record, historic, unprecedented, major, significantly, significant, strongly,
    rapidly, fully, completely, totally, highly, most, biggest, worst ever, billions, all`,
  ],
  [
    0.6,
    `slightly, slight, marginally, modestly, modest, somewhat, partly, partially, small, minor, mild, mildly, little, briefly,
    temporarily, reportedly, rumored, rumoured, potential, potentially, possible, possibly, may, might, could, considers,
    considering, mulls, weighs, eyes, almost, nearly`,
  ],
];

/** What follows counts less: it is the side of the story that the headline sets aside. */
export const CONCESSIONS =
  "despite, amid, although, though, even as, following, after, while, notwithstanding, in spite of";

/** What follows counts more, and what precedes less. */
export const TURNS = "but, however, nevertheless, yet still, instead";

/** Openings of texts that teach or ask instead of telling. */
export const LESSONS = `how to, how do, how does, what is, what are, what the, why, should you, can i, can you, guide to, a guide,
  step by step, top 10, tips, ways to, reasons to, explained, introduction to, beginners, everything you need,
  things to know, what to expect, do you know, q a, podcast, interview, opinion, recap, roundup, newsletter, video`;

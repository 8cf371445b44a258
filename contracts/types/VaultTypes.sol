// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Which rules a proposal follows.
/// RISK: after a veto delay, released linearly, every budget applies.
/// DERISK: at once, only into the vault's fixed stable destinations, once per `deriskPeriod`.
enum Lane {
    RISK,
    DERISK
}

/// @dev One constituent as stored in the basket blob (22 bytes: token | decimals | flags).
struct Asset {
    address token;
    uint8 decimals;
    uint8 flags; // MAY_SHRINK only; copied from the registry when the token is added
}

/// @dev Limits chosen at creation and immutable from then on. Packed into one word of the clone's arguments.
struct Limits {
    uint16 turnoverBps; // {bps of NAV/share per 7 days} 1,000 to 10,000
    uint16 lossBps; // {bps of NAV/share per 7 days} 1 to 100
    uint16 deriskLossBps; // {bps of NAV/share per DERISK epoch} 1 to 100
    uint16 maxWeightChangeBps; // {bps of NAV} largest change of one weight in one RISK proposal, 100 to 10,000
    uint32 riskDelay; // {s} veto delay of a RISK proposal, 1 hour to 14 days
    uint32 basketDelay; // {s} veto delay of a basket change, 1 day to 30 days and >= riskDelay
    uint32 curveLength; // {s} one price curve; an epoch is two curves long, 10 minutes to 3 days
    uint32 cooldown; // {s} between two RISK proposals, 1 hour to 30 days
    uint32 deriskPeriod; // {s} between two DERISK proposals, 14 to 90 days
}

/// @dev Where DERISK goes: two or three stable tokens (one is allowed when only one is listed) with a fixed split.
struct Destination {
    address token;
    uint16 splitBps; // {bps} of the part moved to stables; the splits sum to 10,000
}

/// @dev Fees and who receives the creator's part. Raising a fee is timelocked.
struct FeeParams {
    uint64 streamingRate; // D18{1/s} continuous rate; <= 5% a year
    uint16 mintFeeBps; // {bps of minted shares} <= 100
    address recipient; // receives the creator's part
}

/// @dev The strategy that a vault adopted: a copy, so that nobody outside the vault can change it.
struct Strategy {
    address recipient; // receives the royalty, 0 = none
    uint16 royaltyBps; // {bps of the creator's part of the fees} <= 5,000
    bytes32 methodologyHash; // keccak256 of the methodology document
}

/// @dev What a proposal left behind. One slot, then one slot, then the hash.
struct Epoch {
    uint32 id; // of the last proposal; the next one must carry id + 1
    uint40 proposedAt; // {s}
    uint40 opensAt; // {s} first second in which fills are accepted
    uint40 closesAt; // {s} first second in which fills are refused
    uint40 lastDeriskAt; // {s}
    uint32 signersVersion; // of the KeeperRegistry when it was proposed; another version means revoked
    Lane lane;
    bool cancelled;
    // ---
    uint112 navUnit; // D18{USD/share at multiplier 1} of the tradable part
    uint16 tradableBps; // {bps} sum of the weights of the tradable part
    uint64 turnoverUsed; // D18{1} of NAV/share sold in this epoch
    uint40 refreshedAt; // {s}
    // ---
    bytes32 decisionHash;
}

/// @dev Leaky buckets, per share, shared by all lanes, never reset. One slot.
struct Buckets {
    uint64 turnover; // D18{1} of NAV/share sold and not yet leaked out
    uint64 loss; // D18{1} of NAV/share lost against the oracle and not yet leaked out
    uint64 deriskLoss; // D18{1} lost in the current DERISK epoch
    uint40 updatedAt; // {s}
}

/// @dev Target record of one token in an epoch (128 bits, two in a slot).
struct Target {
    uint16 weightBps; // {bps} proposed
    uint64 price; // FloatPrice of D27{USD/tok}: the snapshot
    uint40 feedTag; // identifies the feed the snapshot came from
    uint8 freeze; // bit 0: not sold, bit 1: not bought
}

/// @dev A token whose price left the breaker: the last accepted price and the candidate for the next. One slot.
struct Breaker {
    uint64 accepted; // FloatPrice of D27{USD/tok}
    uint64 candidate; // FloatPrice of D27{USD/tok}
    uint40 since; // {s} when the candidate appeared
    uint80 roundId; // of the feed when the candidate appeared
}

/// @dev Claims of everybody on one token: failed or skipped redemption legs.
struct Debt {
    uint256 total; // {raw tokens at scale 1}
    uint96 scale; // D27{1} falls when the token is short; 0 means 1 (never scaled)
    uint32 generation; // rises when a shortage wiped the claims out
}

/// @dev Claim of one account on one token.
struct Claim {
    uint224 amount; // {raw tokens at scale 1}
    uint32 generation; // void unless equal to the debt's
}

/// @dev Everything a new vault needs. See IIndexFactory.createIndex.
struct IndexParams {
    string name;
    string symbol;
    address[] tokens; // strictly ascending
    uint256[] amounts; // {raw tokens} seed of each token
    uint256 shares; // {share wei} minted for the seed, dead shares included
    address receiver; // of the seed shares
    address curator; // may change fees (timelocked), signers and strategy; 0 = nobody
    Limits limits;
    Destination[] destinations;
    FeeParams fees;
    Strategy strategy;
    address[] signers; // strictly ascending decision signers
    uint8 threshold; // signatures needed
    bytes32 salt;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One account's lock. One slot.
struct Lock {
    uint112 amount; // {GIM wei}
    uint40 end; // {s} a week boundary; 0 when permanent or none
    uint40 heldSince; // {s} last time that something was added or the end moved away
    bool permanent; // does not decay; as if it always had 52 weeks to go
    bool away; // its votes are delegated to another account
    uint32 points; // number of points in the account's history
}

/// @dev What a lock gives from now on: max(0, bias - slope * t) at time t. Permanent: slope 0, bias = amount.
struct Line {
    uint256 amount; // {GIM wei} committed
    uint256 slope; // {veGIM wei/s}
    uint256 bias; // {veGIM wei} at the time 0
    uint256 end; // {s} when it reaches 0; 0 when it never does
}

/// @dev Sum of many lines with its history. Points and the slope that ends in each week are packed words of LineLib.
struct Aggregate {
    AggregateHead head;
    mapping(uint256 index => uint256 word) point;
    mapping(uint256 slot => uint256 word) ending; // three weeks a word
}

/// @dev One slot.
struct AggregateHead {
    uint112 amount; // {GIM wei} committed by all lines, expired ones included
    uint64 points; // number of points
}

/// @dev A call that the timelock makes while the protocol is handed over to it.
struct SetupCall {
    address target;
    bytes data;
}

/// @dev How the protocol is handed over to the DAO.
struct HandOver {
    address governor;
    address optimisticModule;
    uint256 delay; // {s} of the timelock from then on
    address[] owned; // what must belong to the timelock in the end
    SetupCall[] calls;
}

/// @dev What holders of one score tier get. One slot.
struct Tier {
    uint96 minScore; // {GIM wei} Staking Score from which the tier counts
    uint16 feeDiscountBps; // {bps} off the platform's fees
    uint16 apiDiscountBps; // {bps} off the API's price
    uint8 proposalsPerMonth;
    uint32 saleCapUsd; // {USD} a sale, at multiplier 1
    uint32 saleOpensAfter; // {s} after a sale's start
    uint16 launchMultiplierBps; // {bps} 10,000 = 1x of the cap
}

/// @dev Everything about a sale that is announced, and never changes.
struct SaleTerms {
    address issuer; // brings the tokens, gets the payment and what was not sold
    address paymentToken; // a US dollar token
    address saleToken;
    uint128 hardCap; // {raw payment tokens} most that is accepted
    uint128 softCap; // {raw payment tokens} less than that committed: everybody is refunded
    uint120 saleAmount; // {raw sale tokens} sold when the hard cap is met; the price is hardCap / saleAmount
    uint40 snapshot; // {s} when scores are read
    uint40 start; // {s} first second of commitments
    uint40 end; // {s} first second without
    uint40 cliff; // {s} after the end without any sale token
    uint40 vesting; // {s} after the end until all of them are out, linear
    uint16 feeBps; // {bps} of the payment, to the protocol
}

/// @dev Where a sale stands.
enum SaleStatus {
    Announced, // waits for the issuer's tokens
    Funded, // has them, before the start
    Open,
    Succeeded,
    Missed, // the soft cap
    Lapsed, // the start came without the tokens
    Cancelled
}

/// @dev Payments of one token that no finished week has shared out yet. One slot.
struct Pot {
    uint112 amount; // {raw tokens}
    uint32 week; // {weeks since 1970} that its payments came in, or that it rolled on to
    uint32 epochs; // number of weeks whose pots have been shared out
}

/// @dev Sums over the pots of a token up to and including one week.
/// rate = pot {raw tokens} * 2^128 / supply {veGIM wei}.
struct RevenueEpoch {
    uint32 week; // {weeks since 1970} of the last pot in the sums
    uint224 rates; // D128{raw tokens/veGIM wei} sum of rate
    uint256 weightedRates; // D128{weeks*raw tokens/veGIM wei} sum of rate * week
}

/// @dev Whether a token may be paid to stakers.
enum Listing {
    DEFAULT, // shares of the factory's indices only
    LISTED,
    REMOVED
}

/// @dev How revenue is split. Sum 10,000.
struct RevenueShares {
    uint16 stakers; // {bps}
    uint16 buyback; // {bps}
    uint16 treasury; // {bps}
    uint16 keepers; // {bps}
}

/// @dev One amount of revenue, split. Sums to the amount.
struct RevenueParts {
    uint256 stakers; // {raw tokens} to the distributor
    uint256 buyback; // {raw tokens} to the buyback, to be sold for GIM
    uint256 burned; // {GIM wei} burned at once, because it is GIM
    uint256 treasury; // {raw tokens}
    uint256 keepers; // {raw tokens}
}

/// @dev How the buyback sells one token.
struct BuybackRoute {
    uint128 maxSlice; // {raw tokens} at most in one sale
    uint32 interval; // {s} between two sales
    uint16 maxSlippageBps; // {bps} below the mean price of the pools, after their fees
    uint40 soldAt; // {s} of the last sale
    bytes path; // token, fee, token, ... GIM, as everywhere in Uniswap V3
}

/// @dev What the governor starts with. All but the launch gate can be changed by a proposal.
struct GovernorConfig {
    uint48 votingDelay; // {s} between a proposal and its snapshot
    uint32 votingPeriod; // {s}
    uint48 lateQuorumExtension; // {s} that a vote goes on at least after its quorum was reached
    uint104 proposalThreshold; // {veGIM wei}
    uint8 quorumPercent; // {%} of the supply at the snapshot
    uint104 quorumFloor; // {veGIM wei} least quorum
    uint104 quorumCap; // {veGIM wei} largest quorum
    uint104 launchGate; // {veGIM wei} supply with which the first proposal can be made
}

/// @dev How often an account has proposed. One slot.
struct ProposerMonth {
    uint64 month; // {months of 30 days since 1970} of the last proposal
    uint64 count; // number of proposals in that month
}

/// @dev A call that the timelock makes when nobody vetoes it. It carries no ether.
struct OptimisticCall {
    address target;
    bytes data;
}

/// @dev Where an optimistic proposal stands.
enum OptimisticState {
    Missing,
    Open, // can be vetoed
    Rejected, // by vetoes
    Passed, // waits to be queued
    Expired, // was not queued in time
    Queued, // waits in the timelock
    Executed,
    Cancelled
}

/// @dev What the module keeps of a proposal. Four slots.
struct OptimisticProposal {
    address proposer;
    uint40 snapshot; // {s} when votes are read
    uint40 vetoEnd; // {s} first second without vetoes
    bool cancelled;
    uint104 vetoes; // {veGIM wei} so far
    uint104 vetoThreshold; // {veGIM wei} that reject it
    bytes32 callsHash; // of abi.encode(calls)
    bytes32 operation; // in the timelock; 0 before it is queued
}

/// @dev One list of the airdrop. Everything that a claim reads is in the first slot.
struct AirdropWave {
    uint32 id; // number of the wave, from 0
    uint96 remaining; // {GIM wei} not claimed yet
    uint40 start; // {s} first second of claims, and where vesting begins
    uint40 deadline; // {s} first second without claims; 0 for a wave that does not exist
    uint40 vestEnd; // {s} when everything has vested
    uint96 total; // {GIM wei} funded
}

/// @dev What vests for one account in one wave. One slot.
struct AirdropVesting {
    uint128 total; // {GIM wei}
    uint128 released; // {GIM wei}
}

/// @dev What becomes of revenue.
enum CompoundMode {
    PAY_OUT,
    LOCK, // GIM into the lock, the rest paid out
    SWAP_AND_LOCK, // everything that has a route for GIM, and into the lock
    INDEX // into an index
}

/// @dev What an account wants the compounder to do. One slot.
struct CompoundPolicy {
    CompoundMode mode;
    bool anyone; // may start it, not the account alone
    uint16 maxFeeBps; // {bps} of each amount that a caller may keep
    uint16 maxSlippageBps; // {bps} below the mean or oracle price; 0 unless the mode trades
    address vault; // the index; 0 in the other modes
}

/// @dev How one token of an order becomes shares of the account's index.
struct IndexOrder {
    uint256 shares; // {share wei} that the account gets, exactly
    uint32 basketNonce;
    bytes entry; // path from the token to the hub for the whole amount first; empty: the token is the hub
    bytes[] routes; // in basket order: path token -> hub, as for exactOutput; empty: hub itself or no units
}

/// @dev One account's turn.
struct CompoundOrder {
    address account;
    uint16 feeBps; // {bps} that the caller keeps
    address[] tokens;
    IndexOrder[] deposits; // one for each token where the account deposits in an index; empty otherwise
}

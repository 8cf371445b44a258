// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/* StrategyRegistry */

/// @dev What a token of the registry stands for.
/// STRATEGY: an AI model or a rule set, which vaults adopt.
/// DATASET: data that decisions name as a source; it earns by use and is adopted by nobody.
enum StrategyKind {
    STRATEGY,
    DATASET
}

/// @dev One version of what a token stands for.
struct StrategyVersion {
    bytes32 hash; // keccak256 of the document (or of the data's manifest)
    uint48 publishedAt; // {s}
    string uri; // where the document is
}

/// @dev A token of the registry. One slot.
struct StrategyRecord {
    StrategyKind kind;
    uint16 royaltyBps; // {bps of the creator's part of a vault's fees} for adoptions from now on
    uint16 resaleBps; // {bps of a sale's price} fixed at registration
    uint48 transferNonce; // changes of owner so far
    address resaleReceiver; // who gets the part of a sale's price
}

/* StrategyShares */

/// @dev What a lock fixes for ever.
struct LockTerms {
    uint256 id; // {1} of the locked token in the registry
    uint256 supply; // {share wei} all shares that ever exist
    uint256 reservePrice; // {raw currency} least first bid of a buy-out
    address currency; // of bids
    address locker; // who locked the token and got all shares
    uint48 lockedAt; // {s}
    string name;
    string symbol;
}

/// @dev Where a lock stands.
/// LOCKED: shares earn royalties. AUCTION: they still do, and a buy-out runs.
/// SOLD: the token is the winner's, shares are worth their part of the price. REDEEMED: the token is out, no shares are
/// left.
enum LockStatus {
    LOCKED,
    AUCTION,
    SOLD,
    REDEEMED
}

/// @dev One distribution of a token among the shares. One slot.
struct RoyaltyRound {
    uint128 amount; // {raw tokens}
    uint48 timepoint; // {s} balances at the end of this second share it
}

/// @dev The royalties of one token.
struct RoyaltyBook {
    uint48 nextRoundAt; // {s} first second in which another round may be made
    uint256 accounted; // {raw tokens} what is here and spoken for: royalties not claimed, bids, refunds, the price
    RoyaltyRound[] rounds;
}

/// @dev The buy-out.
struct Buyout {
    address bidder; // who bids most; 0 = nobody has bid
    uint48 endsAt; // {s} first second in which nobody can bid
    uint48 endedAt; // {s} when it was settled, or the token redeemed; 0 = still locked
    uint256 bid; // {raw currency}
}

/* AccessPass */

/// @notice Why a receipt was left out of a settlement.
enum SkipReason {
    NonceUsed, // settled or cancelled before, or beyond what a nonce may be
    Expired, // past its own end, or the trial has ended
    SignatureInvalid, // neither of the account nor of a running key of it
    UnitsInvalid // none, or more than the meter holds
}

/// @notice What somebody has in both currencies, or what something costs in them.
/// @dev One slot. `usdc` {raw USDC}, `gim` {GIM wei}.
struct Amounts {
    uint128 usdc;
    uint128 gim;
}

/// @notice What a payer signs, by EIP-712, for one use of a service.
/// @dev `id` is what pays: credits or the trial. `asset` is the token of the registry that was used, 0 for none.
struct UsageReceipt {
    address account;
    uint256 id; // {id} of credits or of the trial
    uint256 asset; // {id} of the registry; 0 for none
    uint256 nonce; // {nonce} below 2^87, once an account and id; 128 that follow each other share a slot
    uint32 units;
    uint48 validUntil; // {s} settled before this second, or never
}

/// @notice One receipt on its way to settlement, without what its group has in common.
/// @dev `r` and `vs` are the signature in its short form (ERC-2098).
struct SignedUsage {
    uint256 nonce; // {nonce}
    uint32 units;
    uint48 validUntil; // {s}
    bytes32 r;
    bytes32 vs;
}

/// @notice Receipts of one account about one id and one asset.
struct UsageGroup {
    address account;
    uint256 id; // {id} of credits or of the trial
    uint256 asset; // {id} of the registry; 0 for none
    SignedUsage[] receipts;
}

/// @notice Credits of an id, from the first on. issued = used + expired + held, and held = in wallets + in meters.
struct CreditSupply {
    uint64 issued;
    uint64 used;
    uint64 expired; // of trials alone
}

/// @notice A subscription. What it brings is fixed when it is added; its prices are not.
struct Plan {
    uint96 usdcPrice; // {raw USDC} for 30 days; 0 = not sold for it
    uint96 gimPrice; // {GIM wei} for 30 days; 0 = not sold for it
    uint32 services; // bit n = service of credits n
    uint32 creditsPerDay;
}

/* StrategyMarket */

/// @dev What a seller offers in StrategyMarket. Three slots.
struct Listing {
    address seller;
    uint96 unitPrice; // {raw currency/unit}
    // ---
    address collection; // StrategyRegistry or AccessPass
    uint48 until; // {s} from here on it cannot be bought
    uint16 feeBps; // {bps of the price} the market's fee when it was listed: the most that the seller pays
    uint32 left; // {units} not sold yet
    // ---
    address currency; // USDC or GIM
    uint48 id; // of the token
    uint48 transferNonce; // of a strategy when it was listed; 0 for credits
}

/* GradeBook */

/// @dev What a decision says of one token. A leaf of the decision's tree of grades.
struct Grade {
    address token;
    uint16 traderBps; // {bps} for days to weeks, 10,000 is the best; 65,535 = no grade
    uint16 investorBps; // {bps} for months, 10,000 is the best; 65,535 = no grade
}

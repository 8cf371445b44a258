// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    Asset,
    Breaker,
    Buckets,
    Debt,
    Destination,
    Epoch,
    FeeParams,
    Lane,
    Limits,
    Strategy,
    Target
} from "../types/VaultTypes.sol";

/// @title IIndexVault
/// @notice An index: an ERC-20 (with ERC-2612 permit) whose shares are units of every token in its basket.
interface IIndexVault {
    /* EVENTS */

    /// @notice Emitted once, when the vault is seeded.
    event Initialized(address indexed curator, uint256 shares, uint256 deadShares);
    /// @notice Emitted when shares are minted in kind.
    event Minted(address indexed caller, address indexed receiver, uint256 shares, uint256 feeShares);
    /// @notice Emitted when shares are redeemed. Bit i of `deferredBitmap`: leg i became a claim of `owedTo`.
    event Redeemed(
        address indexed caller,
        address indexed receiver,
        address indexed owedTo,
        uint256 shares,
        uint256 deferredBitmap
    );
    /// @notice Emitted for each leg that was skipped or failed. Amount in raw tokens.
    event LegDeferred(address indexed token, address indexed owedTo, uint256 amount);
    /// @notice Emitted when a deferred leg is paid.
    event Claimed(address indexed token, address indexed account, address receiver, uint256 amount);
    /// @notice Emitted when the units of a token are brought into line with the vault's balance.
    event Synced(address indexed token, uint256 previousUnits, uint256 units);
    /// @notice Emitted when fee shares are handed out.
    event FeesDistributed(uint256 daoShares, uint256 royaltyShares, uint256 creatorShares);
    /// @notice Emitted when fee parameters change.
    event FeesSet(FeeParams previous, FeeParams current);
    /// @notice Emitted when a timelocked change (fees, strategy) is announced.
    event ChangeAnnounced(bytes32 indexed changeHash, uint48 eta);
    /// @notice Emitted when the vault adopts a strategy.
    event StrategyAdopted(Strategy previous, Strategy current);
    /// @notice Emitted when the curator offers the role to another account.
    event CuratorOffered(address indexed curator, address indexed candidate);
    /// @notice Emitted when the curator changes.
    event CuratorSet(address indexed previous, address indexed current);
    /// @notice Emitted when bits are paused. They expire by themselves at `until`.
    event Paused(address indexed caller, uint8 bits, uint40 until);
    /// @notice Emitted when a pause is lifted early.
    event Unpaused(address indexed caller);
    /// @notice Emitted when weights are proposed. `navUnit` is D18{USD/share at multiplier 1}.
    event WeightsProposed(
        uint32 indexed epoch,
        Lane lane,
        bytes32 indexed decisionHash,
        uint256[] weights,
        uint112 navUnit,
        uint40 opensAt,
        uint40 closesAt
    );
    /// @notice Emitted when a basket change is proposed.
    event BasketProposed(
        uint32 indexed id,
        bytes32 indexed decisionHash,
        address[] add,
        address[] drop,
        uint40 appliesAt
    );
    /// @notice Emitted when a basket change takes effect.
    event BasketApplied(uint32 indexed id, address[] add, address[] drop, uint32 basketNonce);
    /// @notice Emitted when targets are recomputed at new prices.
    event TargetsRefreshed(uint32 indexed epoch, uint112 navUnit);
    /// @notice Emitted when the freeze of a token changes. `freeze`: bit 0 not sold, bit 1 not bought.
    event FreezeSet(address indexed token, uint8 previous, uint8 freeze);
    /// @notice Emitted for every fill. Amounts in raw tokens.
    event Filled(
        uint32 indexed epoch,
        address indexed filler,
        address indexed sellToken,
        address buyToken,
        uint256 sold,
        uint256 paid
    );
    /// @notice Emitted when an epoch is closed before its window is over because nothing is left to do.
    event EpochClosed(uint32 indexed epoch);
    /// @notice Emitted when the guardian or the curator cancels the open epoch or the pending basket change.
    event EpochCancelled(uint32 indexed epoch, address indexed caller);

    /* CREATION */

    /// @notice Sets up a new clone whose seed has already arrived.
    /// Emits {Initialized}.
    /// Requirements: caller is the factory; never called before; the seed is really there.
    /// @param basketPointer basket in ascending order, see BasketBlob.
    /// @param amounts {raw tokens} seed of each token; 0 for a token that the index is to buy later.
    /// @param shares {share wei} minted in all.
    /// @param deadShares {share wei} of them that stay in the vault's care for ever.
    function initialize(
        address basketPointer,
        uint256[] calldata amounts,
        uint256 shares,
        uint256 deadShares,
        address receiver,
        address curator_,
        FeeParams calldata fees_,
        Strategy calldata strategy_
    ) external;

    /* IN AND OUT */

    /// @notice Mints exactly `shares` to `receiver` for an in-kind payment of every token, rounded up.
    /// Emits {Minted}.
    /// Notes: needs no oracle. The mint fee is paid on top, in kind. Tokens with zero units are not asked for.
    /// Requirements: minting is not paused; approvals given; amounts within `maxAmounts`; fee within `maxFeeBps`.
    /// @param shares {share wei} received.
    /// @param maxAmounts {raw tokens} in basket order; empty = no limit beyond the approvals.
    /// @param maxFeeBps {bps} largest accepted mint fee.
    /// @param basketNonce nonce that the caller's indices refer to.
    /// @return amounts {raw tokens} pulled, in basket order.
    function mint(
        uint256 shares,
        address receiver,
        uint256[] calldata maxAmounts,
        uint16 maxFeeBps,
        uint32 basketNonce
    ) external returns (uint256[] memory amounts);

    /// @notice Burns `shares` of the caller and pays every token in kind, rounded down. Free of charge, cannot be
    /// paused.
    /// Emits {Redeemed} and {LegDeferred} for every leg that was skipped or failed.
    /// Notes: needs no oracle, registry or other token. A leg that fails becomes a claim of `owedTo` and nothing else.
    /// Requirements: enough gas before each leg, so that nobody can make a healthy leg fail by starving it.
    /// @param minOut {raw tokens} least amounts in basket order; empty = no limit.
    /// @param skipBitmap bit i set: leg i is not tried and becomes a claim at once.
    /// @param basketNonce nonce that the indices refer to, or `ANY_NONCE` when `minOut` is empty and `skipBitmap` 0.
    /// @return amounts {raw tokens} sent or deferred, in basket order.
    /// @return deferredBitmap bit i set: leg i became a claim.
    function redeem(
        uint256 shares,
        address receiver,
        address owedTo,
        uint256[] calldata minOut,
        uint256 skipBitmap,
        uint32 basketNonce
    ) external returns (uint256[] memory amounts, uint256 deferredBitmap);

    /// @notice Pays the caller's deferred amount of `token` to `receiver`. Cannot be paused.
    /// Emits {Claimed}.
    /// @return amount {raw tokens} paid.
    function claim(address token, address receiver) external returns (uint256 amount);

    /// @notice Brings the units of a basket token into line with the vault's balance.
    /// Emits {Synced} when something changed.
    /// Notes: a shortfall lowers units and claims by the same ratio at once. A surplus raises units slowly: at most
    /// 0.1% a day, one hour's worth a call, and not while the token has a lot open or is on its way out.
    function sync(uint256 index) external;

    /* FEES, STRATEGY, CURATOR */

    /// @notice Mints the fee shares accrued so far to DAO, strategy and creator. Anyone.
    /// Emits {FeesDistributed}.
    function distributeFees() external returns (uint256 feeShares);

    /// @notice Lowers fees at once, or announces a raise that `applyFees` may apply after `CHANGE_DELAY`, for 14 days.
    /// Emits {FeesSet} or {ChangeAnnounced}.
    /// Requirements: caller is the curator; within the immutable caps.
    function setFees(FeeParams calldata fees) external;

    /// @notice Applies announced fees. Anyone, after the delay.
    function applyFees(FeeParams calldata fees) external;

    /// @notice Announces a strategy record; `applyStrategy` may apply it after `CHANGE_DELAY`, for 14 days.
    function setStrategy(Strategy calldata strategy) external;

    /// @notice Applies an announced strategy record. Anyone, after the delay.
    /// Emits {FeesDistributed} and {StrategyAdopted}.
    /// Notes: what has accrued so far is paid by the old record first.
    function applyStrategy(Strategy calldata strategy) external;

    /// @notice Offers the curator role; the candidate must accept. 0 gives it up for ever at once.
    function offerCurator(address candidate) external;

    /// @notice Accepts the curator role.
    function acceptCurator() external;

    /* REBALANCE */

    /// @notice Starts an epoch. Anyone may submit what the vault's decision signers signed.
    /// Emits {WeightsProposed} and {FreezeSet} for tokens whose freeze changes.
    /// Notes: RISK opens after the veto delay. DERISK opens at once; only the destinations may rise, by their fixed
    /// split.
    /// Requirements: signatures, expiry, next epoch id, cooldown, sum 10,000, tier caps, dollar caps, largest change.
    /// @param weights 16 weights of 16 bits {bps} a word, basket order, first weight in the lowest bits.
    /// @param decisionHash keccak256(keccak256 of the canonical decision record, root of the tree of its grades).
    /// @param validUntil {s} last second in which the decision may be submitted.
    function proposeWeights(
        uint32 epoch,
        uint256[] calldata weights,
        Lane lane,
        bytes32 decisionHash,
        uint40 validUntil,
        bytes[] calldata signatures
    ) external;

    /// @notice Announces tokens to add and to drop; `applyBasket` may apply it after the basket delay.
    /// Emits {BasketProposed}.
    /// Notes: basket decisions are numbered by themselves; `id` is `pendingBasket().lastId` + 1.
    /// Requirements: signatures, expiry, next id; added tokens are listed; dropped tokens are in the basket and no
    /// destination.
    function proposeBasket(
        uint32 id,
        address[] calldata add,
        address[] calldata drop,
        bytes32 decisionHash,
        uint40 validUntil,
        bytes[] calldata signatures
    ) external;

    /// @notice Applies an announced basket change. Anyone, after the delay, while no epoch is open.
    /// Emits {BasketApplied}.
    /// Requirements: less than a raw unit of dropped tokens is left. Added tokens start with no units.
    function applyBasket(address[] calldata add, address[] calldata drop) external;

    /// @notice Recomputes targets and snapshots at live prices with the same weights. Anyone, once per
    /// `REFRESH_INTERVAL`.
    /// Emits {TargetsRefreshed}.
    /// Notes: touches neither budgets nor the clock. Refused once the signers were revoked.
    function refreshTargets() external;

    /// @notice Advances the breaker of one token: starts, replaces, promotes or clears a candidate price. Anyone.
    /// Emits {FreezeSet} when the freeze changes.
    /// @return freeze bit 0: not sold, bit 1: not bought.
    function checkPrice(uint256 index) external returns (uint8 freeze);

    /// @notice Buys surplus `i` from the vault for deficit `j` at the curve's price. Anyone.
    /// Emits {Filled}.
    /// Notes: amounts are clamped to surplus, deficit and budgets. With `callbackData` the vault sends first and calls
    /// {IFillCallback-onFill}; without, it pulls the payment from the caller.
    /// @param maxSell {raw tokens} most of token i.
    /// @param minSell {raw tokens} least of token i, else revert.
    /// @param maxPay {raw tokens} most of token j, else revert.
    /// @return sold {raw tokens} of token i sent to the caller.
    /// @return paid {raw tokens} of token j received.
    function fill(
        uint256 i,
        uint256 j,
        uint256 maxSell,
        uint256 minSell,
        uint256 maxPay,
        uint32 basketNonce,
        bytes calldata callbackData
    ) external returns (uint256 sold, uint256 paid);

    /// @notice Closes the open epoch early when every tradable token is within tolerance of its target. Anyone.
    /// Emits {EpochClosed}.
    /// Notes: not while a token is frozen that could be traded when the targets were set.
    function closeEpoch() external;

    /// @notice Cancels the open epoch and the pending basket change, and clears the weights.
    /// Emits {EpochCancelled}.
    /// Requirements: caller is the curator or `KeeperRegistry.guardian()`.
    function cancelEpoch() external;

    /* PAUSE */

    /// @notice Pauses minting (bit 0), fills (bit 1) or proposals (bit 2) for `PAUSE_LENGTH`. Redeem and claim have no
    /// bit.
    /// Emits {Paused}.
    /// Requirements: caller is `KeeperRegistry.guardian()`; the last pause ended at least `PAUSE_LENGTH` ago.
    function pause(uint8 bits) external;

    /// @notice Lifts a pause early.
    /// Emits {Unpaused}.
    /// Requirements: caller is `KeeperRegistry.guardian()`.
    function unpause() external;

    /* VIEWS */

    /// @notice {raw tokens} that `mint(shares)` asks for now, and the fee shares on top.
    function previewMint(uint256 shares) external view returns (uint256[] memory amounts, uint256 feeShares);

    /// @notice {raw tokens} that `redeem(shares)` pays now, before shortfalls of tokens that may shrink.
    function previewRedeem(uint256 shares) external view returns (uint256[] memory amounts);

    /// @notice Basket in index order with units D27{tok/share at multiplier 1} and what they stand for now in raw
    /// tokens.
    function basket() external view returns (Asset[] memory assets, uint256[] memory units, uint256[] memory holdings);

    /// @notice Number of tokens in the basket.
    function basketSize() external view returns (uint256);

    /// @notice Nonce that every index-based call must carry. Changes with the basket.
    function basketNonce() external view returns (uint32);

    /// @notice D27{1}: one share now stands for `units * multiplier` of each token.
    function multiplier() external view returns (uint256);

    /// @notice A = shares * multiplier, summed exactly. Liability in token i = units[i] * A.
    function aggregate() external view returns (uint256);

    /// @notice {share wei} accrued as fees and not yet minted. Part of totalSupply.
    function pendingFeeShares() external view returns (uint256);

    /// @notice Target records of the open epoch in basket order.
    function targets() external view returns (Target[] memory);

    /// @notice Units that each token should have, D27{tok/share at multiplier 1}; equal to `units` where nothing may
    /// trade.
    function targetUnits() external view returns (uint256[] memory);

    /// @notice The last proposal.
    function epoch() external view returns (Epoch memory);

    /// @notice Whether fills are accepted now, as far as the clock, the pause and the signers are concerned.
    function isOpen() external view returns (bool);

    /// @notice The curve's factor now, D18{1}: the limit price is the live cross price times this.
    function priceFactor(uint256 i, uint256 j) external view returns (uint256);

    /// @notice Buckets with what has leaked out up to now already taken off.
    function buckets() external view returns (Buckets memory);

    /// @notice Breaker record of a token.
    function breaker(address token) external view returns (Breaker memory);

    /// @notice Claims of everybody on a token.
    function debt(address token) external view returns (Debt memory);

    /// @notice {raw tokens} owed to `account` in `token` now.
    function owed(address token, address account) external view returns (uint256);

    /// @notice Limits that hold for ever.
    function limits() external view returns (Limits memory);

    /// @notice DERISK destinations, for ever.
    function destinations() external view returns (Destination[] memory);

    /// @notice Fees in force.
    function fees() external view returns (FeeParams memory);

    /// @notice Strategy in force.
    function strategy() external view returns (Strategy memory);

    /// @notice {s} from which an announced change may be applied; 0 = not announced.
    function changeEta(bytes32 changeHash) external view returns (uint48);

    /// @notice Announced basket change: hash of (add, drop), {s} from which it may be applied, id of the last decision.
    function pendingBasket() external view returns (bytes32 hash, uint40 appliesAt, uint32 lastId);

    /// @notice Paused bits in force now and the end of the pause {s}.
    function paused() external view returns (uint8 bits, uint40 until);

    /// @notice May change fees and strategy (timelocked), offer the role, cancel epochs. 0 = nobody.
    function curator() external view returns (address);
}

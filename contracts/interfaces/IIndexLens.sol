// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Destination, Epoch, FeeParams, Limits} from "../types/VaultTypes.sol";

/// @dev One constituent, valued. A shortfall counts at once: `holdings` is what redemptions could pay today.
struct Holding {
    address token;
    uint8 decimals;
    uint256 price; // D27{USD/tok}; 0 = no trustworthy price now
    uint256 holdings; // {raw tokens} that the shares stand for
    uint256 value; // D18{USD}; 0 without a price
}

/// @dev Net asset value. Tokens without a price are left out and listed.
struct Nav {
    uint256 total; // D18{USD}
    uint256 perShare; // D18{USD/share}
    uint256 supply; // {share wei} with accrued fee shares
    address[] unpriced; // tokens held without a price: the true NAV is higher by their worth
    Holding[] holdings; // basket order
}

/// @dev One constituent's part in the portfolio against the last proposal.
struct Weight {
    address token;
    uint256 current; // {bps of the priced NAV} at oracle prices, rounded to nearest
    uint256 target; // {bps of NAV} proposed; 0 without a proposal
    int256 drift; // {bps} current - target, from unrounded figures
}

/// @dev What one token offers or needs in the open epoch.
struct Lot {
    address token;
    uint8 freeze; // bit 0: not sold, bit 1: not bought
    uint256 price; // D27{USD/tok}
    uint256 surplus; // {raw tokens} above the target
    uint256 surplusValue; // D18{USD}
    uint256 deficit; // {raw tokens} below the target
    uint256 deficitValue; // D18{USD}
}

/// @dev Everything about one pair at this moment.
struct PairQuote {
    bool fillable; // `fill` with these arguments would pass the vault's own checks now
    bytes4 reason; // selector of the vault's error when it would not
    uint256 sold; // {raw tokens} of token i
    uint256 paid; // {raw tokens} of token j
    uint256 priceFactor; // D18{1} of the curve
    uint256 limitPrice; // D27{tok j/tok i} whole tokens: the live cross price times the factor
}

/// @dev State of one constituent.
struct TokenHealth {
    address token;
    bool priced; // the registry trusts its price now
    bool listed; // the registry knows it
    bool frozen; // stopped by the registry's guardian or owner
    bool offPeg; // a stable token away from one USD
    bool nearMinimum; // the answer is at or near the feed's minimum
    bool readable; // its balance could be read
    uint8 freeze; // of the open epoch. bit 0: not sold, bit 1: not bought
    uint40 feedAge; // {s} since the feed's last answer; max when unknown
    uint40 heartbeat; // {s} oldest accepted answer
    uint256 owed; // {raw tokens} deferred redemption legs
    uint256 shortfall; // {raw tokens} missing to cover ceil(units * A) + owed
}

/// @dev A leaky bucket in words. The figures are parts of NAV per share.
struct Budget {
    uint256 capacity; // D18{1} when full
    uint256 left; // D18{1} now
    uint256 weekly; // D18{1} most that any 7 days can take
    uint256 daysToFull; // D18{day} until nothing is used any more
}

/// @dev What a holder should know before anything else.
struct Health {
    Budget turnover;
    Budget loss;
    Epoch epoch;
    bool open; // fills are accepted
    uint8 pausedBits; // bit 0: mint, bit 1: fill, bit 2: propose. Redeem and claim have none
    uint40 pausedUntil; // {s}
    bool sequencerUp;
    bool signersMatch; // the signers of the last proposal are still in force
    uint256 signers; // number of decision signers; 0 = revoked
    uint8 threshold; // signatures needed
    bool pendingBasket; // a basket change is announced
    uint40 basketAppliesAt; // {s}
    TokenHealth[] tokens; // basket order
    uint256 troubled; // number of tokens that are unpriced, frozen, off-peg, unreadable or short
}

/// @dev The promises that hold for ever, as chosen at creation, and the fees in force.
struct Promises {
    Limits limits;
    Destination[] destinations;
    FeeParams fees;
    uint256 streamingPerYear; // D18{1} part of the supply that a year of streaming fees adds to the recipients
    address curator; // 0 = nobody
    address guardian; // the owner of the keeper registry once the guardian's term is over
}

/// @dev What `createIndex` would make of a seed.
struct CreationPreview {
    uint256 value; // D18{USD} of the seed
    uint256 perShare; // D18{USD/share}
    uint256[] weights; // {bps} at oracle prices
    address[] unpriced; // tokens without a price: their worth counts as nothing
    address[] aboveCap; // tokens whose part exceeds the cap of their tier; proposals can only lower them
}

/// @title IIndexLens
/// @notice Read-only answers about indices for people, keepers and fillers. Stateless; nothing depends on it.
/// @dev One bad token never makes a view fail: tokens and prices are read with a gas cap and bounded return data.
interface IIndexLens {
    /// @notice Net asset value at the registry's prices.
    function nav(address vault) external view returns (Nav memory);

    /// @notice Weights at oracle prices, targets and drift.
    /// @return weights in basket order.
    /// @return drift {bps} portfolio one-way drift: half the sum of the absolute drifts.
    function weights(address vault) external view returns (Weight[] memory weights, uint256 drift);

    /// @notice Surplus and deficit of every token against its target. All zero while no epoch is open.
    function lots(address vault) external view returns (Lot[] memory);

    /// @notice What `fill(i, j, maxSell, ...)` would give in this block, with the vault's own arithmetic.
    /// @param maxSell {raw tokens} most of token i.
    function quoteFill(address vault, uint256 i, uint256 j, uint256 maxSell) external view returns (PairQuote memory);

    /// @notice Feeds, freezes, pegs, shortfalls, budgets, pause and signers.
    function health(address vault) external view returns (Health memory);

    /// @notice What holders were promised.
    function promises(address vault) external view returns (Promises memory);

    /// @notice {raw tokens} that minting `shares` asks for, the fee on top, and what that is worth.
    /// @return amounts {raw tokens} in basket order.
    /// @return feeShares {share wei}
    /// @return value D18{USD} of the priced part.
    function previewMint(
        address vault,
        uint256 shares
    ) external view returns (uint256[] memory amounts, uint256 feeShares, uint256 value);

    /// @notice {raw tokens} that redeeming `shares` pays, what that is worth, and which legs to skip.
    /// @return amounts {raw tokens} in basket order, shortfalls considered.
    /// @return value D18{USD} of the priced part.
    /// @return skipBitmap bit i: the balance of token i cannot be read, so its leg should become a claim untried.
    function previewRedeem(
        address vault,
        uint256 shares
    ) external view returns (uint256[] memory amounts, uint256 value, uint256 skipBitmap);

    /// @notice What a seed is worth and how it is split, before anybody pays for it.
    /// @param tokens in the order of the seed.
    /// @param amounts {raw tokens} seed of each token.
    /// @param shares {share wei} to be minted for it in all.
    function previewCreate(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256 shares
    ) external view returns (CreationPreview memory);
}

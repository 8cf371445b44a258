// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Listing} from "../../types/ServiceTypes.sol";
import {IAccessPass} from "./IAccessPass.sol";
import {IStrategyRegistry} from "./IStrategyRegistry.sol";

/// @title IStrategyMarket
/// @notice Strategies and datasets (StrategyRegistry) and usage credits (AccessPass) at fixed prices in USDC or GIM.
/// @dev Prices and payments in {raw currency}, `units` of a token: 1 for a strategy, any number for credits.
interface IStrategyMarket {
    /// @notice Emitted when a listing is made.
    event Listed(uint256 indexed listingId, address indexed seller, address indexed collection, Listing listing);
    /// @notice Emitted when units are bought: cost = royalty + fee + what the seller gets. `left` {units} stay listed.
    event Bought(
        uint256 indexed listingId,
        address indexed buyer,
        address indexed seller,
        uint256 units,
        uint256 cost,
        address royaltyReceiver,
        uint256 royalty,
        uint256 fee,
        uint256 left
    );
    /// @notice Emitted when a seller takes a listing back.
    event Cancelled(uint256 indexed listingId, address indexed seller, uint256 left);
    /// @notice Emitted when the market's fee changes. {bps}
    event FeeSet(uint256 previousFeeBps, uint256 feeBps);

    /* SELLERS */

    /// @notice Offers units of a token that the caller holds, until a time. They stay with the caller until bought.
    /// @param collection The registry of strategies or the access pass.
    /// @param units {units} 1 for a strategy.
    /// @param unitPrice {raw currency/unit} above 0.
    /// @param currency USDC or GIM.
    /// @param until {s} in the future, at most `MAX_DURATION` from now.
    /// @return listingId From 1 on, never used again.
    /// Emits {Listed}.
    /// Notes: nothing of a listing can be changed; its market fee can only fall. Several listings of the same units may
    /// stand at a time: the first sale of a strategy ends them all, and credits are sold while they last.
    /// Requirements: the caller holds the units and has approved this contract; credits, not plans or trials.
    function list(
        address collection,
        uint256 id,
        uint256 units,
        uint256 unitPrice,
        address currency,
        uint256 until
    ) external returns (uint256 listingId);

    /// @notice Takes a listing back.
    /// Emits {Cancelled}.
    /// Requirements: caller is the seller.
    function cancel(uint256 listingId) external;

    /* BUYERS */

    /// @notice Buys units of a listing: token and payments move in this call, or nothing does.
    /// @param units {units} at most what is left.
    /// @param maxCost {raw currency} most that the caller pays, by an approval for this contract.
    /// @param expectedHash Newest version of a strategy that the caller knows; 0 for credits.
    /// @return cost {raw currency} = units * unitPrice.
    /// Emits {Bought}.
    /// Notes: a contract that buys must accept ERC-721 and ERC-1155 tokens.
    /// Requirements: the listing stands and `until` has not come; a strategy has the owner and the version expected;
    /// the seller still holds and approves; the caller is not the seller.
    function buy(
        uint256 listingId,
        uint256 units,
        uint256 maxCost,
        bytes32 expectedHash
    ) external returns (uint256 cost);

    /* OWNER */

    /// @notice Sets the market's fee. {bps} Listings that stand keep the lower of both.
    /// Emits {FeeSet}.
    /// Requirements: caller is the owner; at most `MAX_FEE_BPS`.
    function setFeeBps(uint256 newFeeBps) external;

    /* VIEWS */

    /// @notice A listing that stands; all zero when there is none of that number.
    function listing(uint256 listingId) external view returns (Listing memory);

    /// @notice Number of listings ever made: the number of the newest.
    function listingCount() external view returns (uint256);

    /// @notice Units of a listing that could be bought now, if the buyer has the money. {units}
    function availableUnits(uint256 listingId) external view returns (uint256);

    /// @notice What units of a listing cost now and who gets it: cost = royalty + fee + proceeds. {raw currency}
    /// Requirements: the listing stands.
    function quote(
        uint256 listingId,
        uint256 units
    ) external view returns (uint256 cost, address royaltyReceiver, uint256 royalty, uint256 fee, uint256 proceeds);

    /// @notice Fee of new listings. {bps of the price}
    function feeBps() external view returns (uint256);

    /// @notice Largest fee that can be set. {bps}
    function MAX_FEE_BPS() external view returns (uint256);

    /// @notice Longest time that a listing stands. {s}
    function MAX_DURATION() external view returns (uint256);

    /// @notice Where strategies and datasets are registered.
    function registry() external view returns (IStrategyRegistry);

    /// @notice Where credits are.
    function pass() external view returns (IAccessPass);

    /// @notice First currency.
    function usdc() external view returns (IERC20);

    /// @notice Second currency.
    function gim() external view returns (IERC20);

    /// @notice Who gets the market's fee: the fee splitter.
    function feeReceiver() external view returns (address);
}

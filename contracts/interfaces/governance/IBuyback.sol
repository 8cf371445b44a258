// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {BuybackRoute} from "../../types/GovernanceTypes.sol";

/// @title IBuyback
/// @notice Sells revenue for GIM on Uniswap V3, a slice at a time, never far below the pools' mean price, and burns it.
interface IBuyback {
    /// @notice Emitted when a slice is sold and the GIM burned. {raw tokens}, {GIM wei}
    event BoughtBack(
        address indexed token,
        address indexed caller,
        uint256 amountIn,
        uint256 minAmountOut,
        uint256 burned
    );
    /// @notice Emitted when the route of a token changes; an empty path = none.
    event RouteSet(address indexed token, BuybackRoute previous, BuybackRoute route);
    /// @notice Emitted when the owner takes a token out that has no route. {raw tokens}
    event Rescued(address indexed token, address indexed to, uint256 amount);

    /// @notice Sells the next slice of the path's first token along it and burns the GIM. Anyone may call.
    /// Emits {BoughtBack}.
    /// Notes: the path is that of {routeOf}.
    /// Requirements: it is the token's path; the interval is over; there is something to sell; the pools know their
    /// mean price of the last `WINDOW`; what comes out is at most `maxSlippageBps` below it, after the pools' fees.
    /// @return burned {GIM wei}
    function buy(bytes calldata path) external returns (uint256 burned);

    /// @notice Sets how a token is sold.
    /// Emits {RouteSet}.
    /// Notes: the last sale's time is kept.
    /// Requirements: caller is the owner; the path leads to GIM; its pools exist, keep at least `MIN_CARDINALITY`
    /// observations and know their mean price of the last `WINDOW`; slice, interval and slippage are in range.
    function setRoute(bytes calldata path, uint128 maxSlice, uint32 interval, uint16 maxSlippageBps) external;

    /// @notice Stops the sale of a token.
    /// Emits {RouteSet}.
    /// Requirements: caller is the owner; the token has a route.
    function removeRoute(address token) external;

    /// @notice Sends out all that is here of a token that is not sold.
    /// Emits {Rescued}.
    /// Requirements: caller is the owner; the token has no route; the receiver is not 0; there is something to send.
    function rescue(address token, address to) external returns (uint256 amount);

    /// @notice GIM.
    function gim() external view returns (ERC20Burnable);

    /// @notice Whether a token is sold here.
    function hasRoute(address token) external view returns (bool);

    /// @notice How a token is sold.
    function routeOf(address token) external view returns (BuybackRoute memory);

    /// @notice What `amountIn` is worth at the end of a path, at the pools' mean prices and after their fees. {GIM wei}
    /// Requirements: the pools exist and know their mean price of the last `WINDOW`.
    function meanAmountOut(bytes calldata path, uint256 amountIn) external view returns (uint256);
}

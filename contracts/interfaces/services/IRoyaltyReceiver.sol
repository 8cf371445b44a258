// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStrategyRegistry} from "./IStrategyRegistry.sol";

/// @title IRoyaltyReceiver
/// @notice What vaults pay the royalty of one strategy to. It belongs to whoever owns the strategy's token.
interface IRoyaltyReceiver {
    /// @notice Emitted when royalties go to the token's owner. {raw tokens}
    event PaidOut(address indexed token, address indexed owner, uint256 amount);

    /// @notice Sends all that is here of a token to the present owner of the strategy.
    /// Emits {PaidOut}, unless there is nothing.
    /// Notes: anyone may call it.
    function payOut(address token) external returns (uint256 amount);

    /// @notice Where the strategy is registered.
    function registry() external view returns (IStrategyRegistry);

    /// @notice Id of the strategy.
    function id() external view returns (uint256);
}

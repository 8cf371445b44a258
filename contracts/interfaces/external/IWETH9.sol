// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IWETH9
/// @notice The part of WETH9 that the periphery calls.
interface IWETH9 {
    /// @notice Wraps the Ether sent.
    function deposit() external payable;

    /// @notice Unwraps `amount` {wei} and sends it to the caller.
    function withdraw(uint256 amount) external;
}

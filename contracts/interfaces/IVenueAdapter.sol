// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IVenueAdapter
/// @notice Swaps on one venue. Holds nothing between calls, has no approvals, no owner and no settings.
interface IVenueAdapter {
    /// @notice Swaps all of `tokenIn` that the adapter holds and lets the venue pay `receiver` directly.
    /// Notes: the caller sends `tokenIn` first, in the same transaction, and measures what `receiver` got.
    /// Requirements: the venue takes the whole amount.
    /// @param tokenIn token to sell.
    /// @param tokenOut token to buy.
    /// @param receiver account that the venue pays.
    /// @param route venue-specific; for Uniswap V3 the packed path tokenIn, fee, token, fee, ... tokenOut.
    function swap(address tokenIn, address tokenOut, address receiver, bytes calldata route) external;
}

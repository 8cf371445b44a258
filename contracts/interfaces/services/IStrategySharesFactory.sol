// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStrategyRegistry} from "./IStrategyRegistry.sol";

/// @title IStrategySharesFactory
/// @notice Locks tokens of the registry and issues shares of them.
interface IStrategySharesFactory {
    /// @notice Emitted when a token is locked. {share wei}, {raw currency}
    event SharesCreated(
        address indexed shares,
        uint256 indexed id,
        address indexed locker,
        uint256 supply,
        uint256 reservePrice,
        address currency
    );

    /// @notice Locks a token of the caller and issues all shares to the caller.
    /// Emits {SharesCreated}.
    /// Notes: royalties that wait in the receiver belong to the shares from now on; pay them out before.
    /// Requirements: caller owns the token and approved this contract for it; supply 1 to 10^18 shares; reserve price
    /// not 0, at most 2^128 - 1; currency USDC or GIM; name and symbol of 1 to 64 bytes.
    /// @param supply {share wei} fixed for ever.
    /// @param reservePrice {raw currency} least first bid of a buy-out, fixed for ever.
    function lock(
        uint256 id,
        string calldata name,
        string calldata symbol,
        uint256 supply,
        uint256 reservePrice,
        address currency
    ) external returns (address shares);

    /// @notice Whether a contract is a lock of this factory.
    function isShares(address account) external view returns (bool);

    /// @notice Locks so far.
    function sharesCount() external view returns (uint256);

    /// @notice Locks from number `from` on, at most `count`, oldest first.
    function sharesList(uint256 from, uint256 count) external view returns (address[] memory);

    /// @notice The latest lock of a token, 0 = never locked. It holds the token only while `ownerOf` says so.
    function sharesOf(uint256 id) external view returns (address);

    /// @notice Code that every lock runs.
    function implementation() external view returns (address);

    /// @notice Where tokens are registered.
    function registry() external view returns (IStrategyRegistry);

    /// @notice USDC.
    function usdc() external view returns (address);

    /// @notice GIM.
    function gim() external view returns (address);
}

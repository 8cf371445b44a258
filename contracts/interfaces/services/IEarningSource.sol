// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IEarningSource
/// @notice What StrategyShares needs of the contract that sells access: what an asset earned there by its use.
interface IEarningSource {
    /// @notice Pays what an asset earned in a currency to the asset's present owner.
    /// Notes: what it returns is not read; who is paid measures it.
    function claimEarned(uint256 asset, address currency) external;
}

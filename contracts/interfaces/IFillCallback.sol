// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IFillCallback
/// @notice Implemented by fillers that take the sold token first and pay inside the same call.
interface IFillCallback {
    /// @notice Called by a vault after it has sent `sold` of `sellToken`; must leave at least `owed` of `buyToken` in
    /// the vault.
    /// @param sellToken token that the vault has sent.
    /// @param sold {raw tokens} amount sent.
    /// @param buyToken token that the vault expects.
    /// @param owed {raw tokens} least amount that must reach the vault; more is credited up to the deficit.
    /// @param data passed through from `fill`.
    function onFill(address sellToken, uint256 sold, address buyToken, uint256 owed, bytes calldata data) external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ZapIn, ZapOut} from "../types/ZapTypes.sol";

/// @title IZapExecutor
/// @notice Sandbox of the zap: the caller's tokens are here within one call only, and nobody ever approves it.
/// @dev Calls Uniswap V3 pools of one factory, the vault given by the zap, WETH and tokens. No arbitrary targets.
interface IZapExecutor {
    /// @notice Buys the basket with what it holds and mints.
    /// Requirements: caller is the zap, which has checked the vault.
    /// @param payer gets what is left of the hub token.
    /// @return hub token that the legs were bought with.
    /// @return refunded {raw tokens} of the hub token given back to the payer.
    function zapIn(ZapIn calldata params, address payer) external payable returns (address hub, uint256 refunded);

    /// @notice Redeems the shares that it holds, sells the legs and pays the receiver.
    /// Requirements: caller is the zap, which has checked the vault.
    /// @param owner gets the claims on legs that the vault could not pay.
    /// @return deferredBitmap legs that became claims of the owner.
    /// @return inKindBitmap legs paid in kind.
    function zapOut(
        ZapOut calldata params,
        address owner
    ) external returns (uint256 deferredBitmap, uint256 inKindBitmap);

    /// @notice Sells all of the path's first token. Called by the executor itself, so that a failed sale undoes only
    /// itself.
    function sell(bytes calldata path) external;
}

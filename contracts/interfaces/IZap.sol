// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Permit, ZapIn, ZapOut} from "../types/ZapTypes.sol";
import {IIndexFactory} from "./IIndexFactory.sol";
import {IZapExecutor} from "./IZapExecutor.sol";

/// @title IZap
/// @notice One token or Ether into an index and out of it, through Uniswap V3.
/// @dev Holds approvals of users and calls nothing but their tokens, Permit2, the factory and its executor. It moves
/// tokens of the caller only. `NATIVE` is 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE.
interface IZap {
    /// @notice Emitted when shares were bought. Amounts in raw tokens; `refunded` is of the hub token.
    event ZappedIn(
        address indexed caller,
        address indexed vault,
        address indexed receiver,
        address tokenIn,
        uint256 amountIn,
        uint256 shares,
        address hub,
        uint256 refunded
    );
    /// @notice Emitted when shares were sold. Bit k of `deferredBitmap`: leg k became a claim of the caller; of
    /// `inKindBitmap`: leg k was paid in kind.
    event ZappedOut(
        address indexed caller,
        address indexed vault,
        address indexed receiver,
        uint256 shares,
        address tokenOut,
        uint256 amountOut,
        uint256 deferredBitmap,
        uint256 inKindBitmap
    );

    /// @notice Buys the basket with one token or Ether and mints exactly `params.shares`.
    /// Emits {ZappedIn}.
    /// Notes: what is left of the hub token (the input token when there is no entry path) goes back to the caller,
    /// Ether as Ether. A permit that fails is no error while the allowance is enough.
    /// Requirements: before the deadline; an index of the factory; the input pays for every leg.
    /// @return refunded {raw tokens} of the hub token given back.
    function zapIn(ZapIn calldata params, Permit calldata permit) external payable returns (uint256 refunded);

    /// @notice Redeems shares of the caller and sells the legs that arrive.
    /// Emits {ZappedOut}.
    /// Notes: a leg without a route, or whose swap fails, goes to the receiver in kind. A leg that the vault could not
    /// pay is a claim of the CALLER on the vault.
    /// Requirements: before the deadline; an index of the factory; the receiver gets at least `params.minOut` and does
    /// not pass it on within the call.
    /// @return amountOut {raw tokens} of the output token that reached the receiver.
    /// @return deferredBitmap legs that became claims of the caller.
    /// @return inKindBitmap legs paid in kind.
    function zapOut(
        ZapOut calldata params,
        Permit calldata permit
    ) external returns (uint256 amountOut, uint256 deferredBitmap, uint256 inKindBitmap);

    /// @notice Registry of the vaults served.
    function factory() external view returns (IIndexFactory);

    /// @notice Sandbox that swaps, mints and redeems for this contract only.
    function executor() external view returns (IZapExecutor);
}

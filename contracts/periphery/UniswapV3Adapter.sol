// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVenueAdapter} from "../interfaces/IVenueAdapter.sol";
import {Errors} from "../libraries/Errors.sol";
import {UniswapV3Swapper} from "./UniswapV3Swapper.sol";

/// @title UniswapV3Adapter
/// @notice Venue adapter for Uniswap V3 paths of any length. Holds nothing, has no approvals.
contract UniswapV3Adapter is IVenueAdapter, UniswapV3Swapper {
    constructor(address uniswapFactory) UniswapV3Swapper(uniswapFactory) {}

    /// @inheritdoc IVenueAdapter
    function swap(address tokenIn, address tokenOut, address receiver, bytes calldata route) external {
        // Two pools in one call would share the payment bound; a swap inside a swap has no use here.
        require(address(_calledPool) == address(0), Errors.UniswapV3Swapper_Reentered());
        require(_isPath(route, tokenIn, tokenOut), Errors.UniswapV3Swapper_PathInvalid(route, tokenIn, tokenOut));

        _swapExactIn(route, IERC20(tokenIn).balanceOf(address(this)), receiver);
    }
}

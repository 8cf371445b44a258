// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IUniswapV3SwapCallback} from "@uniswap/v3-core/contracts/interfaces/callback/IUniswapV3SwapCallback.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";

/// @title MarketMakerBot
/// @notice Stands in for the arbitrageurs of a live market: it trades its own inventory against real Uniswap V3 pools
/// until
/// each of them shows the price that a replay asks for. Local chains only.
/// @dev All pools move in one call, so that a replay of 100 tokens is one transaction a step.
contract MarketMakerBot is IUniswapV3SwapCallback, Ownable {
    using SafeERC20 for IERC20;

    struct Move {
        IUniswapV3Pool pool;
        uint160 sqrtPriceX96; // Q64.96{sqrt(token1/token0)} price to reach
    }

    error MarketMakerBot_CallerNotPool(address caller);
    error MarketMakerBot_TargetMissed(address pool, uint160 actual, uint160 target);

    IUniswapV3Pool internal transient _pool;

    constructor(address owner) Ownable(owner) {}

    /// @notice Trades each pool to its target price. Pools that are there already are left alone.
    function move(Move[] calldata moves) external onlyOwner {
        for (uint256 k = 0; k < moves.length; ++k) {
            IUniswapV3Pool pool = moves[k].pool;
            uint160 target = moves[k].sqrtPriceX96;
            uint160 current = _sqrtPriceX96(pool);
            if (current == target) continue;

            _pool = pool;
            // The price limit ends the trade, not the amount.
            pool.swap(address(this), target < current, type(int256).max, target, "");

            uint160 reached = _sqrtPriceX96(pool);
            require(reached == target, MarketMakerBot_TargetMissed(address(pool), reached, target));
        }
        _pool = IUniswapV3Pool(address(0));
    }

    /// @inheritdoc IUniswapV3SwapCallback
    function uniswapV3SwapCallback(int256 amount0Delta, int256 amount1Delta, bytes calldata) external {
        require(msg.sender == address(_pool), MarketMakerBot_CallerNotPool(msg.sender));
        // Exactly one delta is positive when anything was traded, and a positive int256 fits a uint256.
        if (amount0Delta > 0) IERC20(_pool.token0()).safeTransfer(msg.sender, uint256(amount0Delta));
        if (amount1Delta > 0) IERC20(_pool.token1()).safeTransfer(msg.sender, uint256(amount1Delta));
    }

    /// @notice Takes inventory out. {raw tokens}
    function withdraw(IERC20 token, address receiver, uint256 amount) external onlyOwner {
        token.safeTransfer(receiver, amount);
    }

    function _sqrtPriceX96(IUniswapV3Pool pool) internal view returns (uint160 sqrtPriceX96) {
        (sqrtPriceX96, , , , , , ) = pool.slot0();
    }
}

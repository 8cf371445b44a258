// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IUniswapV3SwapCallback} from "@uniswap/v3-core/contracts/interfaces/callback/IUniswapV3SwapCallback.sol";
import {IUniswapV3Factory} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Factory.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";
import {Errors} from "../libraries/Errors.sol";

/// @title UniswapV3Swapper
/// @dev Swaps along Uniswap V3 paths, straight with the pools of one pinned factory.
/// WHY NOT THE ROUTER: a pool is paid inside its own callback, so no approval is ever given, and one call layer less.
/// TRUST: the only foreign code called is a pool that the factory names, and the tokens of the path.
/// PATH: token, fee, token, fee, ... token; 20 and 3 bytes each, as everywhere in Uniswap V3.
abstract contract UniswapV3Swapper is IUniswapV3SwapCallback {
    using SafeERC20 for IERC20;

    uint256 internal constant _ADDRESS_LENGTH = 20;
    uint256 internal constant _HOP_LENGTH = 23; // one token and one fee
    uint160 internal constant _MIN_SQRT_PRICE = 4295128739; // Q64.96, TickMath.MIN_SQRT_RATIO
    uint160 internal constant _MAX_SQRT_PRICE = 1461446703485210103287273052203988822378723970342; // Q64.96

    IUniswapV3Factory internal immutable _uniswapFactory;

    IUniswapV3Pool internal transient _calledPool; // the only account that may ask for a payment now
    uint256 internal transient _paid; // {raw tokens} paid from the own balance in the swap that runs
    uint256 internal transient _maxPay; // {raw tokens} bound of `_paid`

    constructor(address uniswapFactory) {
        require(uniswapFactory.code.length > 0, Errors.UniswapV3Swapper_FactoryInvalid(uniswapFactory));
        _uniswapFactory = IUniswapV3Factory(uniswapFactory);
    }

    /// @inheritdoc IUniswapV3SwapCallback
    function uniswapV3SwapCallback(int256 amount0Delta, int256 amount1Delta, bytes calldata data) external {
        // A pool calls back nobody but the caller of `swap`, and this contract swaps with pools of the factory only.
        require(msg.sender == address(_calledPool), Errors.UniswapV3Swapper_CallerNotPool(msg.sender));
        // One of the two is positive, or none when the pool had nothing to trade.
        uint256 owed =
            amount0Delta > 0
                ? uint256(amount0Delta)
                : amount1Delta > 0
                    ? uint256(amount1Delta)
                    : 0;
        if (owed == 0) return;

        // More hops to come: the pool before this one in trading order pays this one directly.
        if (data.length > _ADDRESS_LENGTH) return _exactOutHop(data, owed, msg.sender);

        require(owed <= _maxPay, Errors.UniswapV3Swapper_InputAboveMaximum(owed, _maxPay));
        _paid = owed; // a pool asks once a swap
        IERC20(_tokenAt(data, 0)).safeTransfer(msg.sender, owed);
    }

    /// @dev Sells exactly `amountIn` {raw tokens} of the path's first token; the last pool pays `receiver`.
    function _swapExactIn(bytes calldata path, uint256 amountIn, address receiver) internal {
        uint256 end = path.length - _HOP_LENGTH - _ADDRESS_LENGTH; // >= 0: the caller has checked the path

        for (uint256 offset = 0; offset < end; offset += _HOP_LENGTH) {
            IERC20 middle = IERC20(_tokenAt(path, offset + _HOP_LENGTH));
            uint256 balance = middle.balanceOf(address(this));
            _exactInHop(path[offset:offset + _HOP_LENGTH + _ADDRESS_LENGTH], amountIn, address(this));
            // What arrived counts, not what the pool says; and what was here before belongs to another leg.
            amountIn = middle.balanceOf(address(this)) - balance;
        }
        _exactInHop(path[end:], amountIn, receiver);
        _calledPool = IUniswapV3Pool(address(0));
    }

    /// @dev Buys exactly `amountOut` {raw tokens} of the path's FIRST token for at most `maxIn` of its last, as
    /// Uniswap's exactOutput does: the path runs against the direction of the trade.
    /// @return spent {raw tokens} paid from the own balance.
    function _swapExactOut(
        bytes calldata path,
        uint256 amountOut,
        uint256 maxIn,
        address receiver
    ) internal returns (uint256 spent) {
        _paid = 0;
        _maxPay = maxIn;
        _exactOutHop(path, amountOut, receiver);
        _calledPool = IUniswapV3Pool(address(0));
        return _paid;
    }

    /// @dev Whether `path` has at least one hop and leads from `first` to `last`.
    function _isPath(bytes calldata path, address first, address last) internal pure returns (bool) {
        return
            path.length >= _HOP_LENGTH + _ADDRESS_LENGTH &&
            path.length % _HOP_LENGTH == _ADDRESS_LENGTH &&
            _tokenAt(path, 0) == first &&
            _tokenAt(path, path.length - _ADDRESS_LENGTH) == last;
    }

    /// @dev Token that starts at byte `offset`.
    function _tokenAt(bytes calldata path, uint256 offset) internal pure returns (address) {
        return address(bytes20(path[offset:offset + _ADDRESS_LENGTH]));
    }

    function _exactInHop(bytes calldata hop, uint256 amountIn, address receiver) private {
        _paid = 0;
        _maxPay = amountIn;
        address tokenIn = _tokenAt(hop, 0);
        (IUniswapV3Pool pool, bool zeroForOne) = _openPool(hop, tokenIn, _tokenAt(hop, _HOP_LENGTH));

        pool.swap(receiver, zeroForOne, SafeCast.toInt256(amountIn), _limit(zeroForOne), abi.encodePacked(tokenIn));
        // A pool that runs out of liquidity stops at the price limit without taking all.
        require(_paid == amountIn, Errors.UniswapV3Swapper_PoolTooThin(address(pool), _paid, amountIn));
    }

    function _exactOutHop(bytes calldata path, uint256 amountOut, address receiver) private {
        address tokenOut = _tokenAt(path, 0);
        (IUniswapV3Pool pool, bool zeroForOne) = _openPool(path, _tokenAt(path, _HOP_LENGTH), tokenOut);

        (int256 amount0, int256 amount1) = pool.swap(
            receiver,
            zeroForOne,
            -SafeCast.toInt256(amountOut),
            _limit(zeroForOne),
            path[_HOP_LENGTH:]
        );
        uint256 sent = uint256(-(zeroForOne ? amount1 : amount0)); // <= 0: the pool's side that went out
        require(sent == amountOut, Errors.UniswapV3Swapper_PoolTooThin(address(pool), sent, amountOut));
    }

    function _openPool(
        bytes calldata path,
        address tokenIn,
        address tokenOut
    ) private returns (IUniswapV3Pool pool, bool zeroForOne) {
        uint24 fee = uint24(bytes3(path[_ADDRESS_LENGTH:_HOP_LENGTH]));
        pool = IUniswapV3Pool(_uniswapFactory.getPool(tokenIn, tokenOut, fee));
        require(address(pool) != address(0), Errors.UniswapV3Swapper_PoolMissing(tokenIn, tokenOut, fee));
        _calledPool = pool;
        zeroForOne = tokenIn < tokenOut;
    }

    function _limit(bool zeroForOne) private pure returns (uint160) {
        return zeroForOne ? _MIN_SQRT_PRICE + 1 : _MAX_SQRT_PRICE - 1;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";
import {IBuyback} from "../interfaces/governance/IBuyback.sol";
import {Errors} from "../libraries/Errors.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {TwapLib} from "../libraries/TwapLib.sol";
import {UniswapV3Swapper} from "../periphery/UniswapV3Swapper.sol";
import {BuybackRoute} from "../types/GovernanceTypes.sol";

/// @title Buyback
/// @notice Sells revenue for GIM on Uniswap V3, a slice at a time, and burns what it buys.
///
/// setRoute() -> tokens arrive -> buy(), once an interval, by anyone -> GIM is burned
///
/// @dev
/// PRICE
/// - Each pool of the path tells its mean price of the last `WINDOW` from its own observations. The slice is carried
///   through all of them, less the pools' fees; what comes out may be at most `maxSlippageBps` below that. The slice's
///   own impact on the price is inside this bound.
/// - Nobody can do better to a caller than push the price to the bound and back. He pays the pools' fees on all that
///   takes, both ways, and gains at most `maxSlippageBps` of one slice an interval. So keep slices below the fee rate
///   times what lies on one side of the pool: then it is a loss for him. Measured with $1M on each side and 0.3%:
///   around a slice of $1,000 a push of $2,000 costs him $8 and the sale $4; around one of $4,000 he would gain $5.
/// - Moving the mean itself takes holding a wrong price against everybody for most of the window.
///
/// LIVENESS
/// - A pool that forgot how it stood `WINDOW` ago, or whose price was pushed away, stops the sale and nothing else: the
///   tokens wait.
///
/// ROLES
/// - Owner (the timelock): routes, and tokens without a route. It cannot take out what is being sold.
///
/// TOKEN REQUIREMENTS
/// - No fee on transfer, no change of balances by itself: pools refuse such payments.
contract Buyback is IBuyback, UniswapV3Swapper, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @notice {s} over which pools tell their mean price.
    uint256 public constant WINDOW = 30 minutes;
    /// @notice Observations that a pool must keep: one for each block of 12 s in the window.
    uint16 public constant MIN_CARDINALITY = 150;
    /// @notice {bps} largest slippage that a route may have.
    uint16 public constant MAX_SLIPPAGE_BPS = 1_000;
    /// @notice {s} longest interval that a route may have.
    uint32 public constant MAX_INTERVAL = 28 days;
    uint256 private constant BPS = 10_000;
    uint256 private constant FEE_ONE = 1_000_000; // Uniswap's fees are in hundredths of a bp

    /* STORAGE */

    /// @inheritdoc IBuyback
    ERC20Burnable public immutable gim;

    mapping(address token => BuybackRoute) private _routes;

    /* CONSTRUCTOR */

    constructor(
        ERC20Burnable newGim,
        address uniswapFactory,
        address initialOwner
    ) UniswapV3Swapper(uniswapFactory) Ownable(initialOwner) {
        require(address(newGim) != address(0), GovernanceErrors.Buyback_ZeroAddress());
        gim = newGim;
    }

    /* BUYING */

    /// @inheritdoc IBuyback
    function buy(bytes calldata path) external nonReentrant returns (uint256 burned) {
        require(path.length >= _ADDRESS_LENGTH, GovernanceErrors.Buyback_PathInvalid(path));
        address token = _tokenAt(path, 0);
        BuybackRoute storage route = _routes[token];
        require(keccak256(path) == keccak256(route.path), GovernanceErrors.Buyback_PathMismatch(token));
        uint256 endsAt = uint256(route.soldAt) + route.interval;
        require(block.timestamp >= endsAt, GovernanceErrors.Buyback_IntervalNotOver(endsAt, block.timestamp));
        uint256 amountIn = Math.min(route.maxSlice, IERC20(token).balanceOf(address(this)));
        require(amountIn != 0, GovernanceErrors.Buyback_NothingThere(token));
        uint256 least = Math.mulDiv(meanAmountOut(path, amountIn), BPS - route.maxSlippageBps, BPS); // {GIM wei}
        require(least != 0, GovernanceErrors.Buyback_SliceTooSmall(token, amountIn));

        route.soldAt = uint40(block.timestamp); // fits 40 bits for some ten thousand years
        uint256 balance = gim.balanceOf(address(this));
        _swapExactIn(path, amountIn, address(this));
        burned = gim.balanceOf(address(this)) - balance;
        require(burned >= least, GovernanceErrors.Buyback_OutputTooLow(burned, least));
        gim.burn(burned);

        emit BoughtBack(token, msg.sender, amountIn, least, burned);
    }

    /* OWNER */

    /// @inheritdoc IBuyback
    function setRoute(
        bytes calldata path,
        uint128 maxSlice,
        uint32 interval,
        uint16 maxSlippageBps
    ) external onlyOwner {
        require(
            path.length >= _ADDRESS_LENGTH && _isPath(path, _tokenAt(path, 0), address(gim)),
            GovernanceErrors.Buyback_PathInvalid(path)
        );
        address token = _tokenAt(path, 0);
        require(token != address(gim), GovernanceErrors.Buyback_PathInvalid(path));
        require(
            maxSlice != 0 &&
                interval != 0 &&
                interval <= MAX_INTERVAL &&
                maxSlippageBps != 0 &&
                maxSlippageBps <= MAX_SLIPPAGE_BPS,
            GovernanceErrors.Buyback_RouteInvalid(maxSlice, interval, maxSlippageBps)
        );
        _requireHistory(path);

        BuybackRoute memory previous = _routes[token];
        BuybackRoute memory route = BuybackRoute(maxSlice, interval, maxSlippageBps, previous.soldAt, path);
        _routes[token] = route;

        emit RouteSet(token, previous, route);
    }

    /// @inheritdoc IBuyback
    function removeRoute(address token) external onlyOwner {
        require(hasRoute(token), GovernanceErrors.Buyback_RouteMissing(token));
        BuybackRoute memory previous = _routes[token];
        delete _routes[token];

        emit RouteSet(token, previous, _routes[token]);
    }

    /// @inheritdoc IBuyback
    function rescue(address token, address to) external onlyOwner nonReentrant returns (uint256 amount) {
        require(!hasRoute(token), GovernanceErrors.Buyback_RouteStanding(token));
        require(to != address(0), GovernanceErrors.Buyback_ZeroAddress());
        amount = IERC20(token).balanceOf(address(this));
        require(amount != 0, GovernanceErrors.Buyback_NothingThere(token));

        emit Rescued(token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /* VIEWS */

    /// @inheritdoc IBuyback
    function hasRoute(address token) public view returns (bool) {
        return _routes[token].maxSlice != 0;
    }

    /// @inheritdoc IBuyback
    function routeOf(address token) external view returns (BuybackRoute memory) {
        return _routes[token];
    }

    /// @inheritdoc IBuyback
    function meanAmountOut(bytes calldata path, uint256 amountIn) public view returns (uint256 amount) {
        amount = amountIn;
        for (uint256 offset; offset + _HOP_LENGTH < path.length; offset += _HOP_LENGTH) {
            (address pool, uint256 fee, bool zeroForOne) = _poolAt(path, offset);
            (bool known, int256 tick) = TwapLib.meanTick(pool, WINDOW);
            require(known, GovernanceErrors.Buyback_PriceUnknown(pool, WINDOW));
            // {raw out} = {raw in} * (1 - fee) * mean price {raw out/raw in}
            amount = TwapLib.convert(tick, Math.mulDiv(amount, FEE_ONE - fee, FEE_ONE), zeroForOne);
        }
    }

    /* INTERNAL */

    /// @dev Every pool of the path is there, keeps enough observations and knows its mean price.
    function _requireHistory(bytes calldata path) private view {
        for (uint256 offset; offset + _HOP_LENGTH < path.length; offset += _HOP_LENGTH) {
            (address pool, , ) = _poolAt(path, offset);
            (, , , uint16 cardinality, , , ) = IUniswapV3Pool(pool).slot0();
            require(
                cardinality >= MIN_CARDINALITY,
                GovernanceErrors.Buyback_CardinalityTooLow(pool, cardinality, MIN_CARDINALITY)
            );
            (bool known, ) = TwapLib.meanTick(pool, WINDOW);
            require(known, GovernanceErrors.Buyback_PriceUnknown(pool, WINDOW));
        }
    }

    /// @dev Pool of the hop that starts at byte `offset`, its fee and the direction of the trade.
    function _poolAt(
        bytes calldata path,
        uint256 offset
    ) private view returns (address pool, uint24 fee, bool zeroForOne) {
        address tokenIn = _tokenAt(path, offset);
        address tokenOut = _tokenAt(path, offset + _HOP_LENGTH);
        fee = uint24(bytes3(path[offset + _ADDRESS_LENGTH:offset + _HOP_LENGTH]));
        pool = _uniswapFactory.getPool(tokenIn, tokenOut, fee);
        require(pool != address(0), Errors.UniswapV3Swapper_PoolMissing(tokenIn, tokenOut, fee));
        zeroForOne = tokenIn < tokenOut;
    }
}

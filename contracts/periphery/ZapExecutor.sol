// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IWETH9} from "../interfaces/external/IWETH9.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IZapExecutor} from "../interfaces/IZapExecutor.sol";
import {Errors} from "../libraries/Errors.sol";
import {Asset} from "../types/VaultTypes.sol";
import {ZapIn, ZapOut} from "../types/ZapTypes.sol";
import {UniswapV3Swapper} from "./UniswapV3Swapper.sol";

/// @title ZapExecutor
/// @notice zapIn: wrap -> entry swap -> buy each leg exactly -> mint -> refund.
/// zapOut: redeem -> sell legs -> exit swap -> pay.
/// @dev CUSTODY: whatever is here belongs to the call that runs. Whole balances of the hub token, and on the way out of
/// the legs, are swept, so a donation ends with whoever zaps next and can never make a zap fail.
/// APPROVALS: to the vault, of the exact amounts, within the call; what a token does not use up is taken back.
contract ZapExecutor is IZapExecutor, UniswapV3Swapper {
    using SafeERC20 for IERC20;

    address internal constant _NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    address internal immutable _zap;
    address internal immutable _weth;

    modifier onlyZap() {
        require(msg.sender == _zap, Errors.Zap_Unauthorized(msg.sender));
        _;
    }

    /// @dev Deployed by the zap, which is the only account that it obeys.
    constructor(address uniswapFactory, address weth) UniswapV3Swapper(uniswapFactory) {
        require(weth.code.length > 0, Errors.Zap_AddressInvalid(weth));
        _zap = msg.sender;
        _weth = weth;
    }

    /// @dev Ether comes from unwrapping only.
    receive() external payable {
        require(msg.sender == _weth, Errors.Zap_Unauthorized(msg.sender));
    }

    /// @inheritdoc IZapExecutor
    function zapIn(
        ZapIn calldata params,
        address payer
    ) external payable onlyZap returns (address hub, uint256 refunded) {
        bool native = params.tokenIn == _NATIVE;
        address tokenIn = native ? _weth : params.tokenIn;
        if (native) IWETH9(_weth).deposit{value: msg.value}();
        hub = _convert(params.entry, tokenIn);

        _buyLegs(params, hub);

        refunded = IERC20(hub).balanceOf(address(this));
        // The caller paid in Ether and the rest is still wrapped Ether: give Ether back.
        _pay(native && hub == _weth ? _NATIVE : hub, payer, refunded);
    }

    /// @inheritdoc IZapExecutor
    function zapOut(
        ZapOut calldata params,
        address owner
    ) external onlyZap returns (uint256 deferredBitmap, uint256 inKindBitmap) {
        (Asset[] memory assets, , ) = IIndexVault(params.vault).basket();
        _requireLength(params.routes.length, assets.length);
        address tokenOut = params.tokenOut == _NATIVE ? _weth : params.tokenOut;
        address hub = params.exit.length == 0 ? tokenOut : _tokenAt(params.exit, 0);

        (, deferredBitmap) = IIndexVault(params.vault).redeem(
            params.shares,
            address(this),
            owner,
            new uint256[](0),
            params.skipBitmap,
            params.basketNonce
        );

        for (uint256 k = 0; k < assets.length; ++k) {
            if (_sellLeg(params, assets[k].token, hub, k)) inKindBitmap |= 1 << k;
        }
        if (params.exit.length > 0 && IERC20(hub).balanceOf(address(this)) > 0) {
            _requirePath(params.exit, hub, tokenOut);
            _swapExactIn(params.exit, IERC20(hub).balanceOf(address(this)), address(this));
        }
        _pay(params.tokenOut, params.receiver, IERC20(tokenOut).balanceOf(address(this)));
    }

    /// @inheritdoc IZapExecutor
    function sell(bytes calldata path) external {
        require(msg.sender == address(this), Errors.Zap_Unauthorized(msg.sender));
        _swapExactIn(path, IERC20(_tokenAt(path, 0)).balanceOf(address(this)), address(this));
    }

    /// @dev Sells all input for the hub token when there is an entry path.
    function _convert(bytes calldata entry, address tokenIn) internal returns (address hub) {
        if (entry.length == 0) return tokenIn;

        hub = _tokenAt(entry, entry.length - _ADDRESS_LENGTH);
        _requirePath(entry, tokenIn, hub);
        _swapExactIn(entry, IERC20(tokenIn).balanceOf(address(this)), address(this));
    }

    /// @dev Buys exactly what the vault will ask for, then mints.
    function _buyLegs(ZapIn calldata params, address hub) internal {
        IIndexVault vault = IIndexVault(params.vault);
        (Asset[] memory assets, , ) = vault.basket();
        _requireLength(params.routes.length, assets.length);
        (uint256[] memory amounts, ) = vault.previewMint(params.shares);

        uint256 left = IERC20(hub).balanceOf(address(this));
        // The hub token may be a leg itself: its amount is set aside before anything is bought.
        for (uint256 k = 0; k < assets.length; ++k) {
            if (assets[k].token != hub) continue;
            require(left >= amounts[k], Errors.Zap_InputTooSmall(hub, left, amounts[k]));
            left -= amounts[k];
        }
        for (uint256 k = 0; k < assets.length; ++k) {
            if (amounts[k] == 0) continue;
            address token = assets[k].token;
            if (token != hub) {
                _requirePath(params.routes[k], token, hub);
                left -= _swapExactOut(params.routes[k], amounts[k], left, address(this));
            }
            IERC20(token).forceApprove(address(vault), amounts[k]);
        }

        vault.mint(params.shares, params.receiver, new uint256[](0), params.maxFeeBps, params.basketNonce);

        for (uint256 k = 0; k < assets.length; ++k) {
            IERC20 token = IERC20(assets[k].token);
            if (token.allowance(address(this), address(vault)) > 0) token.forceApprove(address(vault), 0);
        }
    }

    /// @dev Sells one leg that arrived, or passes it on.
    /// @return inKind whether the receiver got the leg itself.
    function _sellLeg(ZapOut calldata params, address token, address hub, uint256 k) internal returns (bool inKind) {
        bytes calldata route = params.routes[k];
        if (token == hub) return false; // kept for the end
        if (route.length > 0) _requirePath(route, token, hub);

        uint256 amount = IERC20(token).balanceOf(address(this));
        if (amount == 0) return false;
        if (route.length > 0) {
            try this.sell(route) {
                return false;
            } catch {}
        }
        IERC20(token).safeTransfer(params.receiver, amount);
        return true;
    }

    function _pay(address token, address receiver, uint256 amount) internal {
        if (amount == 0) return;
        if (token == _NATIVE) {
            IWETH9(_weth).withdraw(amount);
            Address.sendValue(payable(receiver), amount);
        } else {
            IERC20(token).safeTransfer(receiver, amount);
        }
    }

    function _requireLength(uint256 actual, uint256 expected) internal pure {
        require(actual == expected, Errors.Zap_LengthMismatch(actual, expected));
    }

    function _requirePath(bytes calldata path, address first, address last) internal pure {
        require(_isPath(path, first, last), Errors.UniswapV3Swapper_PathInvalid(path, first, last));
    }
}

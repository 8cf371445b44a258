// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IPermit2} from "../interfaces/external/IPermit2.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IZap} from "../interfaces/IZap.sol";
import {IZapExecutor} from "../interfaces/IZapExecutor.sol";
import {Errors} from "../libraries/Errors.sol";
import {Permit, PermitKind, ZapIn, ZapOut} from "../types/ZapTypes.sol";
import {ZapExecutor} from "./ZapExecutor.sol";

/// @title Zap
/// @notice zapIn: caller -> executor -> pools -> vault. zapOut: caller -> executor -> vault -> pools -> receiver.
/// @dev APPROVALS: users approve this contract, so it calls nothing that a caller could choose; the executor makes the
/// calls and is approved by nobody.
/// OWNERSHIP: no owner, no settings, no balance before or after a call.
/// PERMITS: tried, then the transfer decides; a permit used up by somebody else in the mempool blocks nobody. Permit2's
/// owner is the caller, so a signature is of no use to anybody else.
contract Zap is IZap, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    address internal constant _NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    /// @inheritdoc IZap
    IIndexFactory public immutable factory;
    /// @inheritdoc IZap
    IZapExecutor public immutable executor;
    IPermit2 internal immutable _permit2;

    modifier checked(address vault, address receiver, uint256 deadline) {
        require(block.timestamp <= deadline, Errors.Zap_DeadlinePassed(deadline, block.timestamp));
        require(factory.isIndex(vault), Errors.Zap_NotIndex(vault));
        require(
            receiver != address(0) && receiver != address(this) && receiver != address(executor),
            Errors.Zap_ReceiverInvalid(receiver)
        );
        _;
    }

    constructor(IIndexFactory factory_, address uniswapFactory, address weth, address permit2) {
        require(address(factory_).code.length > 0, Errors.Zap_AddressInvalid(address(factory_)));
        require(permit2.code.length > 0, Errors.Zap_AddressInvalid(permit2));
        factory = factory_;
        _permit2 = IPermit2(permit2);
        executor = new ZapExecutor(uniswapFactory, weth);
    }

    /// @inheritdoc IZap
    function zapIn(
        ZapIn calldata params,
        Permit calldata permit
    ) external payable nonReentrant checked(params.vault, params.receiver, params.deadline) returns (uint256 refunded) {
        uint256 value = params.tokenIn == _NATIVE ? params.amountIn : 0;
        require(msg.value == value, Errors.Zap_ValueMismatch(msg.value, value));
        if (params.tokenIn != _NATIVE) _pull(params.tokenIn, params.amountIn, permit);
        uint256 balance = IERC20(params.vault).balanceOf(params.receiver);

        address hub;
        (hub, refunded) = executor.zapIn{value: value}(params, msg.sender);

        uint256 received = IERC20(params.vault).balanceOf(params.receiver) - balance;
        require(received >= params.shares, Errors.Zap_OutputTooSmall(params.vault, received, params.shares));
        emit ZappedIn(
            msg.sender,
            params.vault,
            params.receiver,
            params.tokenIn,
            params.amountIn,
            params.shares,
            hub,
            refunded
        );
    }

    /// @inheritdoc IZap
    function zapOut(
        ZapOut calldata params,
        Permit calldata permit
    )
        external
        nonReentrant
        checked(params.vault, params.receiver, params.deadline)
        returns (uint256 amountOut, uint256 deferredBitmap, uint256 inKindBitmap)
    {
        _pull(params.vault, params.shares, permit);
        uint256 balance = _balance(params.tokenOut, params.receiver);

        (deferredBitmap, inKindBitmap) = executor.zapOut(params, msg.sender);

        amountOut = _balance(params.tokenOut, params.receiver) - balance;
        require(amountOut >= params.minOut, Errors.Zap_OutputTooSmall(params.tokenOut, amountOut, params.minOut));
        emit ZappedOut(
            msg.sender,
            params.vault,
            params.receiver,
            params.shares,
            params.tokenOut,
            amountOut,
            deferredBitmap,
            inKindBitmap
        );
    }

    /// @dev Moves `amount` {raw tokens} from the caller to the executor.
    function _pull(address token, uint256 amount, Permit calldata permit) internal {
        if (permit.kind == PermitKind.PERMIT2) {
            _permit2.permitTransferFrom(
                IPermit2.PermitTransferFrom({
                    permitted: IPermit2.TokenPermissions({token: token, amount: permit.amount}),
                    nonce: permit.nonce,
                    deadline: permit.deadline
                }),
                IPermit2.SignatureTransferDetails({to: address(executor), requestedAmount: amount}),
                msg.sender,
                permit.signature
            );
            return;
        }
        if (permit.kind == PermitKind.ERC2612) _tryPermit(token, permit);

        uint256 allowance = IERC20(token).allowance(msg.sender, address(this));
        require(allowance >= amount, Errors.Zap_AllowanceTooSmall(token, allowance, amount));
        IERC20(token).safeTransferFrom(msg.sender, address(executor), amount);
    }

    /// @dev A permit that somebody else has already submitted fails here, and its allowance is there all the same.
    function _tryPermit(address token, Permit calldata permit) internal {
        bytes calldata signature = permit.signature;
        require(signature.length == 65, Errors.Zap_SignatureInvalid(signature.length));
        try
            IERC20Permit(token).permit(
                msg.sender,
                address(this),
                permit.amount,
                permit.deadline,
                uint8(signature[64]),
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            )
        {} catch {}
    }

    function _balance(address token, address account) internal view returns (uint256) {
        return token == _NATIVE ? account.balance : IERC20(token).balanceOf(account);
    }
}

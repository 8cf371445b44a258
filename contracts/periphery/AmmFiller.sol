// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {FillOrder, IAmmFiller} from "../interfaces/IAmmFiller.sol";
import {IFillCallback} from "../interfaces/IFillCallback.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IVenueAdapter} from "../interfaces/IVenueAdapter.sol";
import {Errors} from "../libraries/Errors.sol";

/// @title AmmFiller
/// @notice fill -> vault.fill -> onFill -> adapter -> venue -> vault.
/// @dev CUSTODY: the sold token passes through inside one call; the bought token never comes here.
/// CALLBACK: accepted only from the vault that this contract is calling, which is an index of the factory.
/// AMOUNTS: balance deltas; neither the venue nor the adapter is asked how much it paid.
/// KNOWN LIMITS: the caller picks the path, so he may pick a bad one; the vault's limit price bounds what that costs.
contract AmmFiller is IAmmFiller {
    using SafeERC20 for IERC20;

    uint256 internal constant _REASON_LENGTH = 256; // {bytes} of revert data that a batch copies at most

    /// @inheritdoc IAmmFiller
    IIndexFactory public immutable factory;

    /// @inheritdoc IAmmFiller
    mapping(address adapter => bool) public isAdapter;

    address internal transient _vault; // the vault being called; also the lock
    uint256 internal transient _sold; // {raw tokens} of the last fill
    uint256 internal transient _received; // {raw tokens} of the last fill

    modifier serving(address vault, uint256 deadline) {
        require(block.timestamp <= deadline, Errors.AmmFiller_DeadlinePassed(deadline, block.timestamp));
        require(_vault == address(0), Errors.AmmFiller_Reentered());
        require(factory.isIndex(vault), Errors.AmmFiller_NotIndex(vault));
        _vault = vault;
        _;
        _vault = address(0);
    }

    constructor(IIndexFactory factory_, address[] memory adapters) {
        require(address(factory_).code.length > 0, Errors.AmmFiller_AddressInvalid(address(factory_)));
        factory = factory_;
        for (uint256 k = 0; k < adapters.length; ++k) {
            require(adapters[k].code.length > 0, Errors.AmmFiller_AddressInvalid(adapters[k]));
            isAdapter[adapters[k]] = true;
            emit AdapterAdded(adapters[k]);
        }
    }

    /// @inheritdoc IAmmFiller
    function fill(
        address vault,
        FillOrder calldata order,
        uint256 deadline,
        uint32 basketNonce
    ) external serving(vault, deadline) returns (uint256 sold, uint256 received) {
        IIndexVault(vault).fill(
            order.i,
            order.j,
            order.maxSell,
            order.minSell,
            type(uint256).max, // the vault's price is a floor for the venue; the limit of the caller is `minReceived`
            basketNonce,
            abi.encode(msg.sender, order)
        );
        return (_sold, _received);
    }

    /// @inheritdoc IAmmFiller
    function fillMany(
        address vault,
        FillOrder[] calldata orders,
        uint256 minFilled,
        uint256 deadline,
        uint32 basketNonce
    ) external serving(vault, deadline) returns (uint256 filled) {
        for (uint256 k = 0; k < orders.length; ++k) {
            FillOrder calldata order = orders[k];
            (bool success, bytes memory reason) = _tryFill(vault, order, basketNonce);
            if (success) ++filled;
            else emit OrderSkipped(vault, order.i, order.j, reason);
        }
        require(filled >= minFilled, Errors.AmmFiller_TooFewFilled(filled, minFilled));
    }

    /// @inheritdoc IFillCallback
    function onFill(address sellToken, uint256, address buyToken, uint256 owed, bytes calldata data) external {
        require(msg.sender == _vault, Errors.AmmFiller_CallerNotVault(msg.sender));
        (address caller, FillOrder memory order) = abi.decode(data, (address, FillOrder));
        require(isAdapter[order.adapter], Errors.AmmFiller_AdapterUnknown(order.adapter));

        (uint256 sold, uint256 received) = _swap(order, sellToken, buyToken);

        uint256 wanted = Math.max(owed, _proportional(order.minReceived, sold, order.maxSell));
        require(received >= wanted, Errors.AmmFiller_ReceivedTooLittle(buyToken, received, wanted));
        (_sold, _received) = (sold, received);
        emit OrderFilled(msg.sender, caller, order.adapter, sellToken, buyToken, sold, received);
    }

    /// @dev Sells all that is here: what the vault sent, and what somebody may have left by mistake.
    function _swap(
        FillOrder memory order,
        address sellToken,
        address buyToken
    ) internal returns (uint256 sold, uint256 received) {
        address vault = msg.sender;
        sold = IERC20(sellToken).balanceOf(address(this));
        uint256 balance = IERC20(buyToken).balanceOf(vault);
        IERC20(sellToken).safeTransfer(order.adapter, sold);
        IVenueAdapter(order.adapter).swap(sellToken, buyToken, vault, order.route);
        received = IERC20(buyToken).balanceOf(vault) - balance;
    }

    /// @dev {raw tokens} minReceived * sold / maxSell, rounded up; no more than `minReceived`.
    function _proportional(uint256 minReceived, uint256 sold, uint256 maxSell) internal pure returns (uint256) {
        if (sold >= maxSell) return minReceived;
        return Math.mulDiv(minReceived, sold, maxSell, Math.Rounding.Ceil);
    }

    /// @dev A call whose revert data is copied in part only: a token may answer with megabytes.
    function _tryFill(
        address vault,
        FillOrder calldata order,
        uint32 basketNonce
    ) internal returns (bool success, bytes memory reason) {
        bytes memory payload = abi.encodeCall(
            IIndexVault.fill,
            (
                order.i,
                order.j,
                order.maxSell,
                order.minSell,
                type(uint256).max,
                basketNonce,
                abi.encode(msg.sender, order)
            )
        );
        assembly ("memory-safe") {
            success := call(gas(), vault, 0, add(payload, 0x20), mload(payload), 0, 0)
        }
        if (success) return (true, reason);

        uint256 size;
        assembly ("memory-safe") {
            size := returndatasize()
        }
        reason = new bytes(Math.min(size, _REASON_LENGTH));
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, mload(reason))
        }
    }
}

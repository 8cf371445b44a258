// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AutomationCompatibleInterface} from "@chainlink/contracts/src/v0.8/automation/AutomationCompatible.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {Announcement, IKeeperUpkeep, Upkeep, UpkeepAction, UpkeepPlan} from "../interfaces/IKeeperUpkeep.sol";
import {Errors} from "../libraries/Errors.sol";
import {FloatPrice} from "../libraries/FloatPrice.sol";
import {PriceGuard} from "../libraries/PriceGuard.sol";
import {TargetLib} from "../libraries/TargetLib.sol";
import {Target} from "../types/VaultTypes.sol";
import {Position, VaultReads} from "./libraries/VaultReads.sol";

/// @title KeeperUpkeep
/// @dev LIFECYCLE
/// checkUpkeep(plan) by eth_call -> performUpkeep(upkeep) by anyone -> one permissionless function of the vault
///
/// @dev TRUST
/// - Holds no role, no funds and no approvals; every function that it calls is open to everybody anyway.
/// - `performData` is not trusted: the vault must be an index of the factory, and the need is checked again.
///
/// @dev CHECKING
/// - Only an action that would succeed is proposed: each candidate is executed inside a call that always reverts.
///   For the same reason `checkUpkeep` changes nothing even when it is sent as a transaction, so it can be called from
///   any address, the zero address included, and needs no guard on the origin.
/// - One bad token never hides other work: balances are read with a gas cap, prices come from the registry.
contract KeeperUpkeep is IKeeperUpkeep {
    using VaultReads for Position;

    uint256 private constant BPS = 10_000; // {bps} one

    IIndexFactory private immutable FACTORY;
    IAssetRegistry private immutable REGISTRY;

    constructor(IIndexFactory factory, IAssetRegistry registry) {
        FACTORY = factory;
        REGISTRY = registry;
    }

    /// @inheritdoc AutomationCompatibleInterface
    function checkUpkeep(bytes calldata checkData) external returns (bool needed, bytes memory performData) {
        UpkeepPlan memory plan = abi.decode(checkData, (UpkeepPlan));
        _requireIndex(plan.vault);

        (needed, performData) = _checkTokens(plan.vault);
        if (needed) return (true, performData);
        (needed, performData) = _try(plan.vault, UpkeepAction.CLOSE_EPOCH, 0, "");
        if (needed) return (true, performData);
        if (plan.minMoveBps != 0) {
            (needed, performData) = _try(plan.vault, UpkeepAction.REFRESH_TARGETS, plan.minMoveBps, "");
            if (needed) return (true, performData);
        }
        (needed, performData) = _checkAnnouncements(plan);
        if (needed) return (true, performData);
        if (plan.minFeeShares != 0) {
            (needed, performData) = _try(plan.vault, UpkeepAction.DISTRIBUTE_FEES, plan.minFeeShares, "");
        }
    }

    /// @inheritdoc AutomationCompatibleInterface
    function performUpkeep(bytes calldata performData) external {
        _perform(performData);
    }

    /// @inheritdoc IKeeperUpkeep
    function simulate(bytes calldata performData) external {
        _perform(performData);
        revert Errors.KeeperUpkeep_Simulated();
    }

    /* CHECK */

    /// @dev Prices out of their breakers first: they decide what may be traded. Then shortfalls.
    function _checkTokens(address vault) private returns (bool needed, bytes memory performData) {
        Position[] memory held = VaultReads.positions(vault);
        Quote[] memory quotes = VaultReads.quotes(REGISTRY, held);
        Target[] memory targets = IIndexVault(vault).targets();

        for (uint256 i; i < held.length && !needed; ++i) {
            if (PriceGuard.isAccepted(TargetLib.pack(targets[i]), quotes[i])) continue;
            (needed, performData) = _try(
                vault,
                UpkeepAction.CHECK_PRICE,
                0,
                abi.encode(i, held[i].token, targets[i].freeze)
            );
        }
        for (uint256 i; i < held.length && !needed; ++i) {
            if (held[i].shortfall() == 0) continue;
            (needed, performData) = _try(vault, UpkeepAction.SYNC, 0, abi.encode(i));
        }
    }

    function _checkAnnouncements(UpkeepPlan memory plan) private returns (bool needed, bytes memory performData) {
        for (uint256 i; i < plan.announcements.length && !needed; ++i) {
            Announcement memory announced = plan.announcements[i];
            (needed, performData) = _try(plan.vault, announced.action, 0, announced.arguments);
        }
    }

    /// @dev Whether the action would succeed now, and its encoding if so.
    function _try(
        address vault,
        UpkeepAction action,
        uint256 minimum,
        bytes memory arguments
    ) private returns (bool works, bytes memory performData) {
        performData = abi.encode(Upkeep(vault, action, minimum, arguments));
        try this.simulate(performData) {} catch (bytes memory reason) {
            works = bytes4(reason) == Errors.KeeperUpkeep_Simulated.selector;
        }
        if (!works) performData = "";
    }

    /* PERFORM */

    function _perform(bytes calldata performData) private {
        Upkeep memory upkeep = abi.decode(performData, (Upkeep));
        _requireIndex(upkeep.vault);

        if (upkeep.action == UpkeepAction.CHECK_PRICE) _checkPrice(upkeep.vault, upkeep.arguments);
        else _call(upkeep);

        emit UpkeepPerformed(upkeep.vault, upkeep.action, msg.sender);
    }

    /// @dev A check that changes neither the freeze nor the candidate would be an empty transaction. Token and freeze
    /// come with the arguments: in a crash half a basket may want a check, and reading the basket for each would not
    /// fit.
    function _checkPrice(address vault, bytes memory arguments) private {
        (uint256 index, address token, uint8 seen) = abi.decode(arguments, (uint256, address, uint8));
        bytes32 previous = keccak256(abi.encode(seen, IIndexVault(vault).breaker(token)));

        uint8 freeze = IIndexVault(vault).checkPrice(index);
        require(
            keccak256(abi.encode(freeze, IIndexVault(vault).breaker(token))) != previous,
            Errors.KeeperUpkeep_NotNeeded(vault, uint8(UpkeepAction.CHECK_PRICE))
        );
    }

    function _call(Upkeep memory upkeep) private {
        require(_isNeeded(upkeep), Errors.KeeperUpkeep_NotNeeded(upkeep.vault, uint8(upkeep.action)));

        (bool success, bytes memory reason) = upkeep.vault.call(
            bytes.concat(_selector(upkeep.action), upkeep.arguments)
        );
        if (!success) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    /// @dev What the vault would accept although nobody gains from it. The rest the vault refuses by itself.
    function _isNeeded(Upkeep memory upkeep) private view returns (bool) {
        if (upkeep.action == UpkeepAction.SYNC) {
            return VaultReads.position(upkeep.vault, abi.decode(upkeep.arguments, (uint256))).shortfall() != 0;
        }
        if (upkeep.action == UpkeepAction.REFRESH_TARGETS) return _largestMove(upkeep.vault) >= upkeep.minimum;
        if (upkeep.action == UpkeepAction.DISTRIBUTE_FEES) {
            return IIndexVault(upkeep.vault).pendingFeeShares() >= upkeep.minimum;
        }
        return true;
    }

    /// @dev {bps} largest distance of a live price from its snapshot, of the tokens that are being traded.
    function _largestMove(address vault) private view returns (uint256 move) {
        Quote[] memory quotes = VaultReads.quotes(REGISTRY, VaultReads.positions(vault));
        Target[] memory targets = IIndexVault(vault).targets();
        for (uint256 i; i < targets.length; ++i) {
            uint256 snapshot = FloatPrice.decode(targets[i].price);
            if (snapshot == 0 || quotes[i].price == 0) continue;
            // {bps} = D27{USD/tok} * {bps} / D27{USD/tok}; prices are below 2^128
            uint256 distance = (FixedPointMathLib.dist(quotes[i].price, snapshot) * BPS) / snapshot;
            move = FixedPointMathLib.max(move, distance);
        }
    }

    function _selector(UpkeepAction action) private pure returns (bytes4) {
        if (action == UpkeepAction.SYNC) return IIndexVault.sync.selector;
        if (action == UpkeepAction.CLOSE_EPOCH) return IIndexVault.closeEpoch.selector;
        if (action == UpkeepAction.REFRESH_TARGETS) return IIndexVault.refreshTargets.selector;
        if (action == UpkeepAction.APPLY_BASKET) return IIndexVault.applyBasket.selector;
        if (action == UpkeepAction.APPLY_FEES) return IIndexVault.applyFees.selector;
        if (action == UpkeepAction.APPLY_STRATEGY) return IIndexVault.applyStrategy.selector;
        return IIndexVault.distributeFees.selector;
    }

    function _requireIndex(address vault) private view {
        require(FACTORY.isIndex(vault), Errors.KeeperUpkeep_VaultUnknown(vault));
    }
}

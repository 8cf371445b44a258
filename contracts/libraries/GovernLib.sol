// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {FeeParams, Strategy} from "../types/VaultTypes.sol";
import {BasketBlob} from "./BasketBlob.sol";
import {DebtLib} from "./DebtLib.sol";
import {Errors} from "./Errors.sol";
import {FillLib} from "./FillLib.sol";
import {ShareMath} from "./ShareMath.sol";
import {TargetLib} from "./TargetLib.sol";
import {TokenCalls} from "./TokenCalls.sol";
import {Units} from "./Units.sol";
import {VaultMath} from "./VaultMath.sol";

/// @title GovernLib
/// @notice What happens rarely: creation, fees, strategy, pause, sync.
/// @dev External: runs in the vault by delegatecall, to keep the vault within the size limit.
library GovernLib {
    using BasketBlob for address;
    using BasketBlob for bytes;

    uint256 internal constant CHANGE_DELAY = 7 days; // {s} raising a fee, changing the strategy
    uint256 internal constant APPLY_WINDOW = 14 days; // {s} after which an announcement has lapsed
    uint256 internal constant PAUSE_LENGTH = 3 days; // {s}
    uint256 internal constant MAX_STREAMING_RATE = uint256(0.05e18) / 365 days; // D18{1/s} 5% a year
    uint256 internal constant MAX_MINT_FEE_BPS = 100; // {bps}
    uint256 internal constant MAX_ROYALTY_BPS = 5_000; // {bps} of the creator's part
    uint256 internal constant MIN_UNITS = 1e11; // D27{tok/share} eleven significant digits
    uint256 internal constant DRIP_PER_DAY = 1e15; // D18{1/day} a surplus raises units by at most 0.1% a day
    uint256 internal constant DRIP_WINDOW = 1 hours; // {s} largest part of it in one call

    /* CREATION */

    /// @dev See IIndexVault.initialize.
    function initialize(
        VaultStorage storage s,
        address basketPointer,
        uint256[] calldata amounts,
        uint256 shares,
        address curator,
        FeeParams calldata fees,
        Strategy calldata strategy
    ) external {
        uint256 aggregate = shares * ShareMath.ONE;
        s.basketPointer = basketPointer;
        s.checkpointMultiplier = uint96(ShareMath.ONE);
        s.checkpointAt = uint40(block.timestamp);
        s.aggregate = aggregate;
        s.curator = curator;
        _setFees(s, fees);
        _setStrategy(s, strategy);

        bytes memory blob = basketPointer.read();
        uint256 word;
        for (uint256 i; i < amounts.length; ++i) {
            word |= _seedUnits(blob, i, amounts[i], aggregate) << ((i % 3) * Units.BITS);
            if (i % 3 == 2 || i + 1 == amounts.length) {
                s.units[i / 3] = word;
                word = 0;
            }
        }
    }

    /// @dev Encoded units of one seed, which was sent before this call: what did not arrive is not believed.
    function _seedUnits(
        bytes memory blob,
        uint256 i,
        uint256 amount,
        uint256 aggregate
    ) private view returns (uint256) {
        if (amount == 0) return 0;
        (address token, uint256 scale) = blob.scaled(i);
        uint256 held = TokenCalls.ownBalance(token);
        if (held < amount) revert Errors.IndexVault_Insolvent(token, held, amount);
        uint256 units = FixedPointMathLib.fullMulDiv(amount, scale, aggregate);
        if (units < MIN_UNITS || units > Units.MAX) revert Errors.IndexVault_UnitsOutOfRange(token, units);
        return Units.encode(units);
    }

    /* FEES, STRATEGY */

    /// @dev See IIndexVault.setFees. The caller is the curator.
    function setFees(VaultStorage storage s, FeeParams calldata fees) external {
        _requireFeesInRange(fees);
        bool raises = fees.streamingRate > s.streamingRate || fees.mintFeeBps > s.mintFeeBps;
        if (raises) _announce(s, keccak256(abi.encode("fees", fees)));
        else _setFees(s, fees);
    }

    /// @dev See IIndexVault.applyFees.
    function applyFees(VaultStorage storage s, FeeParams calldata fees) external {
        _consume(s, keccak256(abi.encode("fees", fees)));
        _setFees(s, fees);
    }

    /// @dev See IIndexVault.setStrategy. The caller is the curator.
    function setStrategy(VaultStorage storage s, Strategy calldata strategy) external {
        _requireStrategyInRange(strategy);
        _announce(s, keccak256(abi.encode("strategy", strategy)));
    }

    /// @dev See IIndexVault.applyStrategy.
    function applyStrategy(VaultStorage storage s, Strategy calldata strategy) external {
        _consume(s, keccak256(abi.encode("strategy", strategy)));
        _setStrategy(s, strategy);
    }

    /* PAUSE */

    /// @dev See IIndexVault.pause. The caller is the guardian.
    function pause(VaultStorage storage s, uint8 bits) external {
        require(bits != 0 && bits < 8, Errors.IndexVault_LimitOutOfRange("pause bits", bits, 1, 7));
        uint256 readyAt = s.pausedUntil == 0 ? 0 : s.pausedUntil + PAUSE_LENGTH;
        require(block.timestamp >= readyAt, Errors.IndexVault_PauseTooSoon(readyAt, block.timestamp));
        s.pausedBits = bits;
        s.pausedUntil = uint40(block.timestamp + PAUSE_LENGTH);

        emit IIndexVault.Paused(msg.sender, bits, s.pausedUntil);
    }

    /* SYNC */

    /// @dev See IIndexVault.sync.
    function sync(VaultStorage storage s, uint256 index) external {
        (address token, uint8 decimals, ) = s.basketPointer.single(index);
        uint256 held = VaultMath.balance(token);
        uint256 units = Units.load(s, index);
        uint256 lowered = DebtLib.absorbShortfall(s, index, token, decimals, units, s.aggregate, held);
        if (lowered == units) _drip(s, index, token, decimals, units, held);
    }

    /// @dev Lets a surplus into the units, slowly: an hour's worth at most, so that nobody gains by being in at the
    /// time.
    function _drip(
        VaultStorage storage s,
        uint256 index,
        address token,
        uint8 decimals,
        uint256 units,
        uint256 held
    ) private {
        // Not while a lot may be open, and not for a token on its way out.
        if (FillLib.isOpen(s.epoch)) return;
        if (s.epoch.id != 0 && !s.epoch.cancelled && TargetLib.get(s, index).weightBps == 0) return;

        uint256 elapsed = FixedPointMathLib.min(block.timestamp - s.syncedAt[token], DRIP_WINDOW);
        s.syncedAt[token] = uint40(block.timestamp);
        uint256 most = FixedPointMathLib.fullMulDiv(units, DRIP_PER_DAY * elapsed, 1e18 * 1 days);
        uint256 needed = ShareMath.toRawUp(units, s.aggregate, decimals) + VaultMath.debtOf(s, token);
        uint256 surplus = ShareMath.toUnitsDown(held - needed, s.aggregate, decimals);
        uint256 raised = units + FixedPointMathLib.min(most, surplus);
        if (raised == units || raised > Units.MAX) return;
        Units.store(s, index, raised);

        emit IIndexVault.Synced(token, units, raised);
    }

    /* INTERNAL */

    /// @dev Accrues at the old rate up to now, then changes it. A rate that stays is not checkpointed: each checkpoint
    /// rounds, and fees must not depend on how often the curator changes something else.
    function _setFees(VaultStorage storage s, FeeParams memory fees) private {
        _requireFeesInRange(fees);
        emit IIndexVault.FeesSet(FeeParams(s.streamingRate, s.mintFeeBps, s.feeRecipient), fees);
        if (fees.streamingRate != s.streamingRate) {
            s.checkpointMultiplier = uint96(ShareMath.multiplier(s)); // at most the previous one
            s.checkpointAt = uint40(block.timestamp);
            s.streamingRate = fees.streamingRate;
        }
        s.mintFeeBps = fees.mintFeeBps;
        s.feeRecipient = fees.recipient;
    }

    function _setStrategy(VaultStorage storage s, Strategy memory strategy) private {
        _requireStrategyInRange(strategy);
        emit IIndexVault.StrategyAdopted(s.strategy, strategy);
        s.strategy = strategy;
    }

    function _requireFeesInRange(FeeParams memory fees) private view {
        require(
            fees.streamingRate <= MAX_STREAMING_RATE,
            Errors.IndexVault_FeeTooHigh(fees.streamingRate, MAX_STREAMING_RATE)
        );
        require(fees.mintFeeBps <= MAX_MINT_FEE_BPS, Errors.IndexVault_FeeTooHigh(fees.mintFeeBps, MAX_MINT_FEE_BPS));
        require(fees.recipient != address(this), Errors.IndexVault_ZeroAddress());
    }

    function _requireStrategyInRange(Strategy memory strategy) private view {
        require(
            strategy.royaltyBps <= MAX_ROYALTY_BPS,
            Errors.IndexVault_FeeTooHigh(strategy.royaltyBps, MAX_ROYALTY_BPS)
        );
        require(strategy.royaltyBps == 0 || strategy.recipient != address(0), Errors.IndexVault_ZeroAddress());
        require(strategy.recipient != address(this), Errors.IndexVault_ZeroAddress());
    }

    function _announce(VaultStorage storage s, bytes32 changeHash) private {
        s.changeEta[changeHash] = uint48(block.timestamp + CHANGE_DELAY);
        emit IIndexVault.ChangeAnnounced(changeHash, s.changeEta[changeHash]);
    }

    function _consume(VaultStorage storage s, bytes32 changeHash) private {
        uint256 eta = s.changeEta[changeHash];
        require(eta != 0, Errors.IndexVault_ChangeUnknown(changeHash));
        // An old announcement that everybody has forgotten is no warning.
        require(
            block.timestamp >= eta && block.timestamp < eta + APPLY_WINDOW,
            Errors.IndexVault_ChangeNotReady(eta, block.timestamp)
        );
        delete s.changeEta[changeHash];
    }
}

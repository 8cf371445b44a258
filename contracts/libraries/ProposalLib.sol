// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Destination, Epoch, Lane, Limits, Target} from "../types/VaultTypes.sol";
import {BasketBlob} from "./BasketBlob.sol";
import {CloneArgs} from "./CloneArgs.sol";
import {DecisionHash} from "./DecisionHash.sol";
import {Errors} from "./Errors.sol";
import {FloatPrice} from "./FloatPrice.sol";
import {PriceGuard} from "./PriceGuard.sol";
import {QuoteReader} from "./QuoteReader.sol";
import {TargetLib} from "./TargetLib.sol";
import {Units} from "./Units.sol";

/// @title ProposalLib
/// @notice Turns a signed decision into an epoch: checks it, takes snapshots, computes the NAV of the tradable part.
/// @dev External: runs in the vault by delegatecall, to keep the vault within the size limit.
library ProposalLib {
    using BasketBlob for address;
    using BasketBlob for bytes;

    uint256 internal constant NEW_TOKEN_BPS = 500; // {bps} largest first weight of a token that was added
    uint256 internal constant REFRESH_INTERVAL = 1 hours; // {s}
    uint256 internal constant TOLERANCE_BPS = 10; // {bps of NAV} drift of one token at which it counts as done

    /// @dev Reference of a token that was added and never snapshotted: its first weight is one small step.
    uint256 private constant NEW = type(uint256).max;

    /// @dev What a scan of the basket at live prices found.
    struct Scan {
        bytes blob;
        uint256 n; // {1}
        address[] tokens;
        Quote[] quotes;
        uint256[] values; // D18{USD/share at multiplier 1}
        uint256[] records; // packed, see TargetLib
        uint256[] references; // {bps} last weights, or NEW
        uint256 nav; // D18{USD/share at multiplier 1} of the tradable part
        uint256 tradableBps; // {bps}
    }

    /* WEIGHTS */

    /// @dev See IIndexVault.proposeWeights.
    function proposeWeights(
        VaultStorage storage s,
        IAssetRegistry registry,
        IKeeperRegistry keepers,
        uint32 id,
        uint256[] calldata weights,
        Lane lane,
        bytes32 decisionHash,
        uint40 validUntil,
        bytes[] calldata signatures
    ) external {
        _requireWords(s, weights.length);
        Limits memory l = CloneArgs.limits();
        Epoch storage e = s.epoch;
        require(block.timestamp <= validUntil, Errors.IndexVault_DecisionExpired(validUntil, block.timestamp));
        require(id == e.id + 1, Errors.IndexVault_EpochMismatch(id, e.id + 1));
        _requireCooledDown(e, l, lane);
        e.signersVersion = keepers.verify(
            DecisionHash.weights(id, weights, lane, decisionHash, validUntil),
            signatures
        );

        Scan memory scan = _scan(s, registry, weights);
        _checkWeights(s, scan, l, lane);
        _openEpoch(s, scan, l, id, lane, decisionHash);

        emit IIndexVault.WeightsProposed(id, lane, decisionHash, weights, e.navUnit, e.opensAt, e.closesAt);
    }

    /// @dev See IIndexVault.refreshTargets.
    function refreshTargets(VaultStorage storage s, IAssetRegistry registry, IKeeperRegistry keepers) external {
        Epoch storage e = s.epoch;
        require(block.timestamp < e.closesAt && !e.cancelled, Errors.IndexVault_EpochNotOpen());
        requireLiveSigners(e, keepers);
        uint256 readyAt = uint256(e.refreshedAt) + REFRESH_INTERVAL;
        require(block.timestamp >= readyAt, Errors.IndexVault_RefreshTooSoon(readyAt, block.timestamp));

        Scan memory scan = _scan(s, registry, new uint256[](0));
        _storeScan(s, scan);

        emit IIndexVault.TargetsRefreshed(e.id, e.navUnit);
    }

    /// @dev See IIndexVault.checkPrice.
    function checkPrice(VaultStorage storage s, IAssetRegistry registry, uint256 index) external returns (uint8) {
        address[] memory tokens = new address[](1);
        (tokens[0], , ) = s.basketPointer.single(index);
        Quote memory quote = registry.quotes(tokens)[0];
        uint256 record = TargetLib.recordOf(s, index);
        // A price within the breaker moves its snapshot with the others', in a proposal or a refresh.
        if (PriceGuard.isAccepted(record, quote)) return 0;

        record = PriceGuard.refresh(s, registry, tokens[0], record, quote);
        TargetLib.setRecord(s, index, record);
        return TargetLib.freezeOf(record);
    }

    /// @dev See IIndexVault.closeEpoch.
    function closeEpoch(VaultStorage storage s) external {
        Epoch storage e = s.epoch;
        require(block.timestamp >= e.opensAt && block.timestamp < e.closesAt, Errors.IndexVault_EpochNotOpen());
        require(!e.cancelled, Errors.IndexVault_EpochNotOpen());

        bytes memory blob = s.basketPointer.read();
        uint256 tolerance = (uint256(e.navUnit) * TOLERANCE_BPS) / 10_000;
        uint256 tradableBps;
        address token;
        for (uint256 i; i < blob.count(); ++i) {
            Target memory t = TargetLib.get(s, i);
            uint256 units = Units.load(s, i);
            uint256 gap = FixedPointMathLib.dist(units, TargetLib.targetUnits(e, t, units));
            (token, , ) = blob.entry(i);
            require(
                TargetLib.value(gap, FloatPrice.decode(t.price)) <= tolerance,
                Errors.IndexVault_EpochUnfinished(token)
            );
            if (t.freeze == 0) tradableBps += t.weightBps;
        }
        // What was frozen since the targets were set is not done: an outage of the feeds would end every epoch.
        require(tradableBps >= e.tradableBps, Errors.IndexVault_EpochUnfinished(token));
        e.closesAt = uint40(block.timestamp);

        emit IIndexVault.EpochClosed(e.id);
    }

    /// @dev The epoch of revoked or replaced signers is dead.
    function requireLiveSigners(Epoch storage e, IKeeperRegistry keepers) internal view {
        uint32 version = keepers.signersVersion(address(this));
        require(version == e.signersVersion, Errors.IndexVault_SignersRevoked(e.signersVersion, version));
    }

    /// @dev 16 weights a word. No words at all would mean the old weights, which were perhaps cancelled.
    function _requireWords(VaultStorage storage s, uint256 words) private view {
        uint256 expected = (s.basketPointer.size() + 15) >> 4;
        require(words == expected, Errors.IndexVault_LengthMismatch(words, expected));
    }

    /// @dev RISK waits for the cooldown after any proposal, DERISK only for its own period.
    function _requireCooledDown(Epoch storage e, Limits memory l, Lane lane) private view {
        uint256 readyAt =
            lane == Lane.RISK ? uint256(e.proposedAt) + l.cooldown : uint256(e.lastDeriskAt) + l.deriskPeriod;
        require(
            block.timestamp >= readyAt || e.id == 0 || (lane == Lane.DERISK && e.lastDeriskAt == 0),
            Errors.IndexVault_CooldownActive(readyAt, block.timestamp)
        );
    }

    /// @dev Quotes every token, brings its record up to date and sums the tradable part. `weights` empty: keep the old
    /// ones. Works on packed records: a proposal does this a hundred times.
    function _scan(
        VaultStorage storage s,
        IAssetRegistry registry,
        uint256[] memory weights
    ) private returns (Scan memory scan) {
        scan.blob = s.basketPointer.read();
        uint256 n = scan.blob.count();
        scan.n = n;
        scan.tokens = scan.blob.toTokens();
        scan.quotes = QuoteReader.quotes(registry, scan.tokens);
        scan.values = new uint256[](n);
        scan.records = new uint256[](n);
        scan.references = new uint256[](n);
        uint256 pair;
        uint256 word;
        for (uint256 i; i < n; ++i) {
            pair = i & 1 == 0 ? s.targets[i >> 1] : pair >> 128;
            word = i % 3 == 0 ? s.units[i / 3] : word >> Units.BITS;
            uint256 record = pair & type(uint128).max;
            if (weights.length != 0) {
                record = TargetLib.withWeight(record, (weights[i >> 4] >> ((i & 15) << 4)) & 0xffff);
            }
            _scanToken(s, registry, scan, i, record, pair & 0xffff, Units.decode(word));
        }
        require(scan.nav != 0 && scan.tradableBps != 0, Errors.IndexVault_NothingTradable());
    }

    /// @dev One token of a scan. `lastWeight`: its last weight {bps}, or NEW when it was never snapshotted and nothing
    /// is held.
    function _scanToken(
        VaultStorage storage s,
        IAssetRegistry registry,
        Scan memory scan,
        uint256 i,
        uint256 record,
        uint256 lastWeight,
        uint256 units
    ) private {
        if (units == 0 && TargetLib.priceOf(record) == 0) lastWeight = NEW;
        scan.references[i] = lastWeight;
        if (lastWeight == NEW && TargetLib.weightOf(record) == 0) {
            scan.records[i] = record; // without a snapshot it stays new, so that its first weight is a small one
            return;
        }
        Quote memory quote = scan.quotes[i];
        record = PriceGuard.refresh(s, registry, scan.tokens[i], record, quote);
        scan.records[i] = record;
        if (TargetLib.freezeOf(record) != 0) return;

        uint256 value = TargetLib.value(units, quote.price);
        scan.values[i] = value;
        scan.nav += value;
        scan.tradableBps += TargetLib.weightOf(record);
    }

    /// @dev Sum, caps and changes. What cannot be traded now is held to its last weight instead of its oracle weight:
    /// whatever it is given takes effect as soon as it thaws.
    function _checkWeights(VaultStorage storage s, Scan memory scan, Limits memory l, Lane lane) private view {
        uint256 sum;
        uint256 navTotal = FixedPointMathLib.fullMulDiv(scan.nav, s.aggregate, 1e45); // D18{USD}
        require(navTotal != 0, Errors.IndexVault_NothingTradable());
        for (uint256 i; i < scan.n; ++i) {
            uint256 weight = TargetLib.weightOf(scan.records[i]);
            uint256 current = _currentWeight(scan, i);
            uint256 cap = _cap(scan, i, navTotal);
            sum += weight;
            if (lane == Lane.RISK) {
                uint256 most = _largestChange(scan, i, weight > current, l);
                if (FixedPointMathLib.dist(weight, current) > most) {
                    revert Errors.IndexVault_WeightChangeTooLarge(scan.tokens[i], weight, current, most);
                }
            } else if (weight > current && !CloneArgs.isDestination(scan.tokens[i])) {
                revert Errors.IndexVault_DeriskRaises(scan.tokens[i], weight, current);
            }
            // Above the cap only on the way down.
            if (weight > cap && weight >= current) {
                revert Errors.IndexVault_WeightAboveCap(scan.tokens[i], weight, cap);
            }
        }
        require(sum == 10_000, Errors.IndexVault_WeightSumInvalid(sum, 10_000));
        if (lane == Lane.DERISK) _requireSplit(scan);
    }

    /// @dev {bps} What is frozen may only fall. Weight parked on it would shrink the tradable part, and with it all
    /// that caps and changes of the others are measured against.
    function _largestChange(Scan memory scan, uint256 i, bool rises, Limits memory l) private pure returns (uint256) {
        if (rises && TargetLib.freezeOf(scan.records[i]) != 0) return 0;
        return scan.references[i] == NEW ? NEW_TOKEN_BPS : l.maxWeightChangeBps;
    }

    /// @dev {bps} oracle weight, in the same scale as the proposed one; the last weight of what cannot be traded.
    function _currentWeight(Scan memory scan, uint256 i) private pure returns (uint256) {
        if (TargetLib.freezeOf(scan.records[i]) == 0) return (scan.values[i] * scan.tradableBps) / scan.nav;
        uint256 lastWeight = scan.references[i];
        return lastWeight == NEW ? 0 : lastWeight;
    }

    /// @dev {bps} the smaller of the tier's cap and the dollar cap.
    function _cap(Scan memory scan, uint256 i, uint256 navTotal) private pure returns (uint256 cap) {
        Quote memory quote = scan.quotes[i];
        cap = quote.maxWeightBps;
        if (quote.usdCap != 0) {
            // {bps} = {USD} * 1e18 * {bps} / D18{USD}
            uint256 capByValue = (uint256(quote.usdCap) * 1e18 * scan.tradableBps) / navTotal;
            cap = FixedPointMathLib.min(cap, capByValue);
        }
    }

    /// @dev What is not left in other tokens goes to the destinations by their split, to the basis point.
    function _requireSplit(Scan memory scan) private view {
        Destination[] memory list = CloneArgs.destinations();
        uint256 total;
        uint256[] memory weights = new uint256[](list.length);
        for (uint256 k; k < list.length; ++k) {
            weights[k] = TargetLib.weightOf(scan.records[scan.blob.indexOf(list[k].token)]);
            total += weights[k];
        }
        for (uint256 k; k < list.length; ++k) {
            uint256 expected = (total * list[k].splitBps) / 10_000;
            require(
                FixedPointMathLib.dist(weights[k], expected) <= 1,
                Errors.IndexVault_DeriskSplitMismatch(list[k].token, weights[k], expected)
            );
        }
    }

    function _openEpoch(
        VaultStorage storage s,
        Scan memory scan,
        Limits memory l,
        uint32 id,
        Lane lane,
        bytes32 decisionHash
    ) private {
        Epoch storage e = s.epoch;
        uint40 opensAt = uint40(block.timestamp) + (lane == Lane.RISK ? l.riskDelay : 0);
        e.id = id;
        e.proposedAt = uint40(block.timestamp);
        e.opensAt = opensAt;
        e.closesAt = opensAt + 2 * uint40(l.curveLength);
        e.lane = lane;
        e.cancelled = false;
        e.turnoverUsed = 0;
        e.decisionHash = decisionHash;
        if (lane == Lane.DERISK) {
            e.lastDeriskAt = uint40(block.timestamp);
            s.buckets.deriskLoss = 0;
        }
        _storeScan(s, scan);
    }

    function _storeScan(VaultStorage storage s, Scan memory scan) private {
        Epoch storage e = s.epoch;
        require(scan.nav <= type(uint112).max, Errors.IndexVault_UnitsOutOfRange(address(this), scan.nav));
        e.navUnit = uint112(scan.nav);
        e.tradableBps = uint16(scan.tradableBps); // a sum of weights that is at most 10,000
        e.refreshedAt = uint40(block.timestamp);
        for (uint256 i; i < scan.n; i += 2) {
            uint256 next = i + 1 < scan.n ? scan.records[i + 1] << 128 : 0;
            s.targets[i >> 1] = scan.records[i] | next;
        }
    }
}

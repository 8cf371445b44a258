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

    /// @dev What a scan of the basket at live prices found. Values are D18{USD/share at multiplier 1}.
    struct Scan {
        bytes blob;
        uint256 n;
        Quote[] quotes;
        uint256[] values;
        Target[] targets;
        uint256[] previousBps; // {bps} weights of the last proposal
        bool[] isNew; // never snapshotted and nothing held: added since
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
        Target memory t = TargetLib.get(s, index);
        if (!PriceGuard.needsCheck(t, quote)) return t.freeze;

        t = PriceGuard.evaluate(s, registry, tokens[0], t, quote);
        TargetLib.set(s, index, t);
        return t.freeze;
    }

    /// @dev See IIndexVault.closeEpoch.
    function closeEpoch(VaultStorage storage s) external {
        Epoch storage e = s.epoch;
        require(block.timestamp >= e.opensAt && block.timestamp < e.closesAt, Errors.IndexVault_EpochNotOpen());
        require(!e.cancelled, Errors.IndexVault_EpochNotOpen());

        bytes memory blob = s.basketPointer.read();
        uint256 tolerance = (uint256(e.navUnit) * TOLERANCE_BPS) / 10_000;
        for (uint256 i; i < blob.count(); ++i) {
            Target memory t = TargetLib.get(s, i);
            uint256 units = Units.load(s, i);
            uint256 gap = FixedPointMathLib.dist(units, TargetLib.targetUnits(e, t, units));
            (address token, , ) = blob.entry(i);
            require(
                TargetLib.value(gap, FloatPrice.decode(t.price)) <= tolerance,
                Errors.IndexVault_EpochUnfinished(token)
            );
        }
        e.closesAt = uint40(block.timestamp);

        emit IIndexVault.EpochClosed(e.id);
    }

    /// @dev The epoch of revoked or replaced signers is dead.
    function requireLiveSigners(Epoch storage e, IKeeperRegistry keepers) internal view {
        uint32 version = keepers.signersVersion(address(this));
        require(version == e.signersVersion, Errors.IndexVault_SignersRevoked(e.signersVersion, version));
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
    /// ones.
    function _scan(
        VaultStorage storage s,
        IAssetRegistry registry,
        uint256[] memory weights
    ) private returns (Scan memory scan) {
        scan.blob = s.basketPointer.read();
        scan.n = scan.blob.count();
        bool keep = weights.length == 0;
        uint256 words = (scan.n + 15) >> 4;
        require(keep || weights.length == words, Errors.IndexVault_LengthMismatch(weights.length, words));

        address[] memory tokens = scan.blob.toTokens();
        scan.quotes = QuoteReader.quotes(registry, tokens);
        scan.values = new uint256[](scan.n);
        scan.targets = new Target[](scan.n);
        scan.previousBps = new uint256[](scan.n);
        scan.isNew = new bool[](scan.n);
        for (uint256 i; i < scan.n; ++i) {
            Target memory t = TargetLib.get(s, i);
            uint256 units = Units.load(s, i);
            scan.previousBps[i] = t.weightBps;
            scan.isNew[i] = t.price == 0 && units == 0;
            if (!keep) t.weightBps = uint16(weights[i >> 4] >> ((i & 15) << 4));
            t = PriceGuard.evaluate(s, registry, tokens[i], t, scan.quotes[i]);
            scan.targets[i] = t;
            if (t.freeze != 0) continue;

            scan.values[i] = TargetLib.value(units, scan.quotes[i].price);
            scan.nav += scan.values[i];
            scan.tradableBps += t.weightBps;
        }
        require(scan.nav != 0 && scan.tradableBps != 0, Errors.IndexVault_NothingTradable());
    }

    /// @dev Sum, caps and changes. What cannot be traded now is held to its last weight instead of its oracle weight:
    /// whatever it is given takes effect as soon as it thaws.
    function _checkWeights(VaultStorage storage s, Scan memory scan, Limits memory l, Lane lane) private view {
        uint256 sum;
        uint256 navTotal = FixedPointMathLib.fullMulDiv(scan.nav, s.aggregate, 1e45); // D18{USD}
        for (uint256 i; i < scan.n; ++i) {
            uint256 weight = scan.targets[i].weightBps;
            sum += weight;
            // {bps} oracle weight, in the same scale as the proposed one
            uint256 current =
                scan.targets[i].freeze == 0 ? (scan.values[i] * scan.tradableBps) / scan.nav : scan.previousBps[i];
            (address token, , ) = scan.blob.entry(i);
            if (lane == Lane.RISK) {
                _requireSmallChange(token, weight, current, scan.isNew[i] ? NEW_TOKEN_BPS : l.maxWeightChangeBps);
            } else if (weight > current && !CloneArgs.isDestination(token)) {
                revert Errors.IndexVault_DeriskRaises(token, weight, current);
            }
            _requireWithinCap(token, weight, current, _cap(scan, i, navTotal));
        }
        require(sum == 10_000, Errors.IndexVault_WeightSumInvalid(sum, 10_000));
        if (lane == Lane.DERISK) _requireSplit(scan);
    }

    /// @dev Above the cap only on the way down.
    function _requireWithinCap(address token, uint256 weight, uint256 current, uint256 cap) private pure {
        require(weight <= cap || weight < current, Errors.IndexVault_WeightAboveCap(token, weight, cap));
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

    function _requireSmallChange(address token, uint256 weight, uint256 current, uint256 maximum) private pure {
        require(
            FixedPointMathLib.dist(weight, current) <= maximum,
            Errors.IndexVault_WeightChangeTooLarge(token, weight, current, maximum)
        );
    }

    /// @dev What is not left in other tokens goes to the destinations by their split, to the basis point.
    function _requireSplit(Scan memory scan) private view {
        Destination[] memory list = CloneArgs.destinations();
        uint256 total;
        uint256[] memory weights = new uint256[](list.length);
        for (uint256 k; k < list.length; ++k) {
            weights[k] = scan.targets[scan.blob.indexOf(list[k].token)].weightBps;
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
            uint256 word = TargetLib.pack(scan.targets[i]);
            if (i + 1 < scan.n) word |= TargetLib.pack(scan.targets[i + 1]) << 128;
            s.targets[i >> 1] = word;
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Breaker, Target} from "../types/VaultTypes.sol";
import {FloatPrice} from "./FloatPrice.sol";
import {TargetLib} from "./TargetLib.sol";

/// @title PriceGuard
/// @notice Decides whether a live price may replace a token's last accepted one, and freezes the token when not.
/// Within the breaker a price is accepted. Beyond it the token is frozen in the harmful direction only (not sold after
/// a fall, not bought after a rise) and the price becomes a candidate, which is accepted
/// - at once when the second source agrees within 2%, or
/// - after 6 hours and two new rounds of the same feed phase, all the while within 5% of the candidate.
/// A token without a price, frozen by the registry, or whose feed was replaced less than 7 days ago is frozen both
/// ways.
library PriceGuard {
    uint256 internal constant BREAKER_BPS = 6_000; // {bps} accepted: 60% to 1/60% of the last accepted price
    uint256 internal constant CANDIDATE_BPS = 500; // {bps} a candidate is replaced when the price leaves it by more
    uint256 internal constant AGREEMENT_BPS = 200; // {bps} agreement of the second source
    uint256 internal constant CANDIDATE_AGE = 6 hours; // {s}
    uint256 internal constant FEED_CHANGE_AGE = 7 days; // {s}

    /// @dev Brings the packed record of `token` up to date with a quote: price, feed tag and freeze; the weight is left
    /// alone. Writes the breaker slot only when something is wrong.
    function refresh(
        VaultStorage storage s,
        IAssetRegistry registry,
        address token,
        uint256 record,
        Quote memory quote
    ) internal returns (uint256) {
        if (isAccepted(record, quote)) {
            return
                TargetLib.weightOf(record) |
                (uint256(FloatPrice.encode(quote.price)) << 16) |
                (uint256(quote.feedTag) << 80);
        }
        return TargetLib.pack(_evaluate(s, registry, token, TargetLib.unpack(record), quote));
    }

    /// @dev Whether nothing is wrong with a token and its live price may replace the snapshot at once.
    function isAccepted(uint256 record, Quote memory quote) internal pure returns (bool) {
        if (quote.price == 0 || quote.flags & AssetFlags.FROZEN != 0 || TargetLib.freezeOf(record) != 0) return false;
        uint64 last = TargetLib.priceOf(record);
        if (last == 0) return true; // never snapshotted
        return
            TargetLib.feedTagOf(record) == quote.feedTag && _within(quote.price, FloatPrice.decode(last), BREAKER_BPS);
    }

    function _evaluate(
        VaultStorage storage s,
        IAssetRegistry registry,
        address token,
        Target memory previous,
        Quote memory quote
    ) private returns (Target memory next) {
        next = Target(previous.weightBps, previous.price, previous.feedTag, TargetLib.FROZEN);
        if (quote.price == 0 || quote.flags & AssetFlags.FROZEN != 0) return _done(token, previous, next);

        if (previous.feedTag != 0 && previous.feedTag != quote.feedTag) {
            if (_feedChangePending(s, token, previous.price, quote.feedTag)) return _done(token, previous, next);
        } else {
            uint256 accepted = FloatPrice.decode(_lastAccepted(s, token, previous));
            if (accepted != 0 && !_within(quote.price, accepted, BREAKER_BPS)) {
                bool promoted = _advanceCandidate(s, registry, token, accepted, quote);
                next.freeze =
                    promoted
                        ? 0
                        : quote.price < accepted
                            ? TargetLib.NOT_SOLD
                            : TargetLib.NOT_BOUGHT;
                next.price = FloatPrice.encode(quote.price);
                next.feedTag = quote.feedTag;
                return _done(token, previous, next);
            }
        }

        if (previous.freeze != 0 && s.breakers[token].since != 0) delete s.breakers[token];
        next.price = FloatPrice.encode(quote.price);
        next.feedTag = quote.feedTag;
        next.freeze = 0;
        return _done(token, previous, next);
    }

    /// @dev While a token is frozen, its record holds the live price and the breaker slot the accepted one.
    function _lastAccepted(
        VaultStorage storage s,
        address token,
        Target memory previous
    ) private view returns (uint64) {
        if (previous.freeze == 0) return previous.price;
        uint64 accepted = s.breakers[token].accepted;
        return accepted == 0 ? previous.price : accepted;
    }

    /// @dev True while a replaced feed is too new to be trusted. The breaker slot remembers the new tag and since when.
    function _feedChangePending(
        VaultStorage storage s,
        address token,
        uint64 lastPrice,
        uint40 tag
    ) private returns (bool) {
        Breaker memory b = s.breakers[token];
        if (b.since != 0 && b.candidate == 0 && b.roundId == tag) {
            return block.timestamp - b.since < FEED_CHANGE_AGE;
        }
        uint64 accepted = b.accepted == 0 ? lastPrice : b.accepted;
        s.breakers[token] = Breaker(accepted, 0, uint40(block.timestamp), tag);
        return true;
    }

    /// @dev Starts or replaces the candidate, or promotes it.
    function _advanceCandidate(
        VaultStorage storage s,
        IAssetRegistry registry,
        address token,
        uint256 accepted,
        Quote memory quote
    ) private returns (bool promoted) {
        Breaker memory b = s.breakers[token];
        uint256 second = registry.secondaryPrice(token);
        promoted = second != 0 && _within(quote.price, second, 10_000 - AGREEMENT_BPS);
        if (!promoted && b.candidate != 0 && b.roundId >> 64 == quote.roundId >> 64) {
            if (_within(quote.price, FloatPrice.decode(b.candidate), 10_000 - CANDIDATE_BPS)) {
                if (block.timestamp - b.since < CANDIDATE_AGE || quote.roundId < uint256(b.roundId) + 2) return false;
                promoted = true;
            }
        }
        if (promoted) {
            delete s.breakers[token];
        } else {
            s.breakers[token] = Breaker(
                FloatPrice.encode(accepted),
                FloatPrice.encode(quote.price),
                uint40(block.timestamp),
                quote.roundId
            );
        }
    }

    /// @dev Whether the smaller of a and b is at least `bps` of the larger.
    function _within(uint256 a, uint256 b, uint256 bps) private pure returns (bool) {
        return a < b ? a * 10_000 >= b * bps : b * 10_000 >= a * bps;
    }

    function _done(address token, Target memory previous, Target memory next) private returns (Target memory) {
        if (next.freeze != previous.freeze) emit IIndexVault.FreezeSet(token, previous.freeze, next.freeze);
        return next;
    }
}

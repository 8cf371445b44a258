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

    /// @dev Brings the record of `token` up to date with a quote. Writes the breaker slot only when something is wrong.
    /// @return next the record with new price, feed tag and freeze; the weight is left alone.
    function evaluate(
        VaultStorage storage s,
        IAssetRegistry registry,
        address token,
        Target memory previous,
        Quote memory quote
    ) internal returns (Target memory next) {
        if (!needsCheck(previous, quote)) {
            next = previous;
            next.price = FloatPrice.encode(quote.price);
            next.feedTag = quote.feedTag;
            return next;
        }
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

    /// @dev Whether `evaluate` would do more than move an accepted price to the live one.
    function needsCheck(Target memory t, Quote memory quote) internal pure returns (bool) {
        if (t.freeze != 0 || quote.price == 0 || quote.flags & AssetFlags.FROZEN != 0) return true;
        if (t.feedTag != 0 && t.feedTag != quote.feedTag) return true;
        return t.price != 0 && !_within(quote.price, FloatPrice.decode(t.price), BREAKER_BPS);
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
                if (block.timestamp - b.since < CANDIDATE_AGE || quote.roundId < b.roundId + 2) return false;
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

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Aggregate, AggregateHead, Line} from "../types/GovernanceTypes.sol";

/// @title LineLib
/// @notice Lines that fall to zero, sums of them, and their history, in whole integers: nothing is rounded after a
/// line is made, so that a sum is exact at every second.
/// @dev POINT: [since 40 {s} | flags 8 | slope 80 {wei/s} | bias 128 {wei}]. GIM has 1e27 wei < 2^90, so a slope is
/// below 2^66, and a bias, slope times a time below 2^40, below 2^106; sums of them are bounded the same way, because
/// all locks together hold no more than all GIM.
///
/// ENDING: a sum of lines changes its slope at week boundaries only, by the slopes that end there (three weeks of 80
/// bits a word). Whoever acts now changes ends that lie ahead of him, never those that have passed. So the last point
/// not younger than t, and the ends between it and t as they are stored today, give the sum at any past t for ever.
///
/// LOOPS: advancing stops when no slope is left, and a slope ends within 52 weeks: at most 18 words are read, whoever
/// many lines there are and however long nobody looked.
library LineLib {
    uint256 internal constant WEEK = 7 days; // {s}
    uint256 internal constant MAX_TERM = 364 days; // {s} 52 weeks
    uint256 internal constant AWAY = 1; // flag: the line counts in the votes of another account

    uint256 private constant SLOPE_MASK = type(uint80).max;
    uint256 private constant BIAS_MASK = type(uint128).max;

    /* LINES */

    /// @dev Line of `amount` at `timestamp`. slope {wei/s} = floor(amount {wei} / MAX_TERM {s}), bias = slope * end.
    function lineOf(
        uint256 amount,
        uint256 end,
        bool permanent,
        uint256 timestamp
    ) internal pure returns (Line memory line) {
        line.amount = amount;
        if (permanent) {
            line.bias = amount;
        } else if (end > timestamp) {
            uint256 slope = amount / MAX_TERM;
            line.end = end;
            line.slope = slope;
            // below 2^66 * 2^40
            unchecked {
                line.bias = slope * end;
            }
        }
    }

    /// @dev Value of a line. {wei}
    /// @param timestamp {s} when the line was made, so that it has not ended: bias = slope * end >= slope * timestamp.
    function valueOf(Line memory line, uint256 timestamp) internal pure returns (uint256) {
        unchecked {
            return line.bias - line.slope * timestamp;
        }
    }

    /* POINTS */

    function packPoint(uint256 since, uint256 flags, uint256 slope, uint256 bias) internal pure returns (uint256) {
        return (since << 216) | (flags << 208) | (slope << 128) | bias;
    }

    function sinceOf(uint256 word) internal pure returns (uint256) {
        return word >> 216;
    }

    function isAway(uint256 word) internal pure returns (bool) {
        return (word >> 208) & AWAY != 0;
    }

    function slopeOf(uint256 word) internal pure returns (uint256) {
        return (word >> 128) & SLOPE_MASK;
    }

    function biasOf(uint256 word) internal pure returns (uint256) {
        return word & BIAS_MASK;
    }

    /// @dev Value of a point that holds one line: max(0, bias - slope * t). {wei}
    function valueAt(uint256 word, uint256 timestamp) internal pure returns (uint256) {
        return Math.saturatingSub(biasOf(word), Math.saturatingMul(slopeOf(word), timestamp));
    }

    /// @dev Appends a point, or replaces the last one when it is of the same second. Returns the new length.
    function push(
        mapping(uint256 index => uint256 word) storage points,
        uint256 length,
        uint256 word
    ) internal returns (uint256) {
        // length is not 0 where it is lowered, and there are no 2^256 points
        unchecked {
            if (length != 0 && sinceOf(points[length - 1]) == sinceOf(word)) --length;
            points[length] = word;
            return length + 1;
        }
    }

    /// @dev Number of points that are not younger than `timestamp`.
    function countUntil(
        mapping(uint256 index => uint256 word) storage points,
        uint256 length,
        uint256 timestamp
    ) internal view returns (uint256) {
        if (length == 0 || sinceOf(points[length - 1]) <= timestamp) return length;
        uint256 low = 0;
        uint256 high = length - 1;
        // Most questions are about the recent past.
        if (length > 5) {
            uint256 middle = length - Math.sqrt(length);
            if (sinceOf(points[middle]) > timestamp) high = middle;
            else low = middle + 1;
        }
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (sinceOf(points[middle]) > timestamp) high = middle;
            else low = middle + 1;
        }
        return high;
    }

    /// @dev Last point that is not younger than `timestamp`; 0 when there is none.
    function pointAt(
        mapping(uint256 index => uint256 word) storage points,
        uint256 length,
        uint256 timestamp
    ) internal view returns (uint256) {
        uint256 count = countUntil(points, length, timestamp);
        return count == 0 ? 0 : points[count - 1];
    }

    /* SUMS */

    /// @dev Value of the sum at a time. {wei}
    function sumAt(Aggregate storage sum, uint256 timestamp) internal view returns (uint256) {
        uint256 length = sum.head.points;
        if (length == 0) return 0; // most accounts never receive votes
        (uint256 slope, uint256 bias) = _advance(sum, pointAt(sum.point, length, timestamp), timestamp);
        return bias - slope * timestamp;
    }

    /// @dev Takes one line out of the sum, as it was a moment ago, and puts another in, now.
    /// @return before {wei} value of the sum now, with the old line.
    function replace(Aggregate storage sum, Line memory old, Line memory line) internal returns (uint256 before) {
        AggregateHead memory head = sum.head;
        uint256 slope;
        uint256 bias;
        if (head.points != 0) (slope, bias) = _advance(sum, sum.point[head.points - 1], block.timestamp);

        if (old.slope != line.slope || old.end != line.end) {
            if (old.slope != 0) _changeEnding(sum, old.end, old.slope, false);
            if (line.slope != 0) _changeEnding(sum, line.end, line.slope, true);
        }
        // A line leaves as it came in, so nothing runs under zero; all locks together are below 2^90, so no sum runs
        // over its bits; there is one point a second at most.
        unchecked {
            before = bias - slope * block.timestamp;
            slope = slope + line.slope - old.slope;
            bias = bias + line.bias - old.bias;
            head.amount = uint112(head.amount + line.amount - old.amount);
            head.points = uint64(push(sum.point, head.points, packPoint(block.timestamp, 0, slope, bias)));
        }
        sum.head = head;
    }

    /// @dev Applies every end in (since, timestamp] to a point of the sum, three weeks at a time.
    function _advance(
        Aggregate storage sum,
        uint256 word,
        uint256 timestamp
    ) private view returns (uint256 slope, uint256 bias) {
        slope = slopeOf(word);
        bias = biasOf(word);
        uint256 first = sinceOf(word) / WEEK + 1;
        uint256 last = timestamp / WEEK;
        // Lines leave exactly as they came in, so nothing below can run under zero or over 128 bits.
        unchecked {
            for (uint256 slot = first / 3; slot <= last / 3 && slope != 0; ++slot) {
                uint256 ending = sum.ending[slot];
                if (ending == 0) continue;
                uint256 week = slot * 3;
                // without the weeks up to the point, and those that are still to come
                if (week < first) ending = (ending >> ((first - week) * 80)) << ((first - week) * 80);
                if (week + 2 > last) ending &= (1 << ((last - week + 1) * 80)) - 1;
                uint256 second = (ending >> 80) & SLOPE_MASK;
                uint256 third = ending >> 160;
                uint256 ended = (ending & SLOPE_MASK) + second + third;
                slope -= ended;
                // {wei} = first * week + second * (week + 1) + third * (week + 2), times {s}
                bias -= (ended * week + second + 2 * third) * WEEK;
            }
        }
    }

    /// @dev Adds `slope` to what ends at `end`, or takes it off.
    function _changeEnding(Aggregate storage sum, uint256 end, uint256 slope, bool more) private {
        uint256 week = end / WEEK;
        uint256 shift = (week % 3) * 80;
        uint256 word = sum.ending[week / 3];
        uint256 ended = (word >> shift) & SLOPE_MASK;
        // Below 2^66 like every slope, so the 80 bits do not overflow; taken off only after it was added.
        unchecked {
            ended = more ? ended + slope : ended - slope;
        }
        sum.ending[week / 3] = (word & ~(SLOPE_MASK << shift)) | (ended << shift);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";
import {Period} from "../../types/RecurringTypes.sol";

/// @title PeriodLib
/// @notice Dates that come back every 1, 2 or 4 weeks, or once a calendar month.
/// @dev Dates are counted from one that is on the grid, never from when somebody called: a late call moves nothing.
library PeriodLib {
    uint256 private constant DAY = 1 days; // {s}
    uint256 private constant WEEK = 7 days; // {s}

    /// @dev {day} of the month in UTC, 1 to 31.
    function dayOf(uint256 timestamp) internal pure returns (uint8) {
        (, , uint256 day) = DateTimeLib.epochDayToDate(timestamp / DAY);
        return uint8(day); // at most 31
    }

    /// @dev {s} first date of the grid after `timestamp`. `date` <= `timestamp` is on the grid; `day` {day} is the one
    /// wanted in each month, which `date` may not show: 31 January, 28 February, 31 March.
    function following(uint40 date, Period period, uint8 day, uint256 timestamp) internal pure returns (uint40) {
        if (period == Period.MONTH) return _followingMonth(date, day, timestamp);

        // ONE_WEEK, TWO_WEEKS, FOUR_WEEKS: 2^0, 2^1, 2^2 weeks
        uint256 length = WEEK << uint256(period); // {s}
        uint256 missed = (timestamp - date) / length; // dates after `date` that are not after `timestamp`
        return uint40(date + (missed + 1) * length); // at most four weeks after a timestamp
    }

    function _followingMonth(uint40 date, uint8 day, uint256 timestamp) private pure returns (uint40) {
        uint256 time = date % DAY; // {s} of the day
        (uint256 year, uint256 month, ) = DateTimeLib.epochDayToDate(timestamp / DAY);
        uint256 next = _inMonth(year, month, day) + time;
        if (next <= timestamp) {
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1);
            next = _inMonth(year, month, day) + time;
        }
        return uint40(next); // at most 62 days after a timestamp
    }

    /// @dev {s} start of the day of a month, or of its last day when it has no such day.
    function _inMonth(uint256 year, uint256 month, uint256 day) private pure returns (uint256) {
        uint256 last = DateTimeLib.daysInMonth(year, month);
        return DateTimeLib.dateToEpochDay(year, month, day < last ? day : last) * DAY;
    }
}

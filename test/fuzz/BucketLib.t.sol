// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BucketLib} from "../../contracts/libraries/BucketLib.sol";
import {Buckets} from "../../contracts/types/VaultTypes.sol";
import {Test} from "forge-std/Test.sol";

contract BucketLibTest is Test {
    uint256 private constant WEEK = 7 days;

    function testFuzz_NoSevenDaysLetThroughMoreThanTheFigure(
        uint32[24] calldata waits,
        uint16[24] calldata parts,
        uint16 figure
    ) external {
        uint256 weeklyBps = bound(figure, 1, 10_000);
        uint256 capacity = BucketLib.capacity(weeklyBps);
        uint256[] memory times = new uint256[](24);
        uint256[] memory amounts = new uint256[](24);
        uint256 level;
        uint256 updatedAt = block.timestamp;
        for (uint256 k; k < 24; ++k) {
            vm.warp(block.timestamp + (waits[k] % (3 days)));
            level = BucketLib.used(level, updatedAt, weeklyBps);
            updatedAt = block.timestamp;
            // As much as there is room for, or a part of it.
            amounts[k] = ((capacity - level) * (parts[k] % 5)) / 4;
            level += amounts[k];
            times[k] = block.timestamp;
            assertLe(_sumSince(times, amounts, k), 2 * capacity, "a week lets through more than the figure");
        }
    }

    function testFuzz_AFullBucketLeaksEmptyInAWeekAndNotBefore(uint16 figure, uint32 elapsed) external {
        uint256 weeklyBps = bound(figure, 1, 10_000);
        uint256 capacity = BucketLib.capacity(weeklyBps);
        assertEq(2 * capacity, weeklyBps * 1e14, "half of the figure");
        uint256 start = block.timestamp;
        vm.warp(start + (elapsed % WEEK));
        uint256 left = BucketLib.used(capacity, start, weeklyBps);
        assertEq(left, capacity - (capacity * (elapsed % WEEK)) / WEEK, "linear");
        vm.warp(start + WEEK);
        assertEq(BucketLib.used(capacity, start, weeklyBps), 0, "empty after a week");
    }

    function testFuzz_BothBucketsLeakAtTheirOwnRate(uint64 turnover, uint64 loss, uint32 elapsed) external {
        uint256 start = block.timestamp;
        uint64 derisk = 5;
        Buckets memory b = Buckets(turnover, loss, derisk, uint40(start));
        vm.warp(start + elapsed);
        BucketLib.leak(b, 2_500, 50);
        assertEq(b.turnover, BucketLib.used(turnover, start, 2_500), "turnover");
        assertEq(b.loss, BucketLib.used(loss, start, 50), "loss");
        assertEq(b.deriskLoss, derisk, "the loss of DERISK does not leak");
        assertEq(b.updatedAt, start + elapsed, "clock");
    }

    function _sumSince(
        uint256[] memory times,
        uint256[] memory amounts,
        uint256 last
    ) private pure returns (uint256 sum) {
        for (uint256 k; k <= last; ++k) if (times[k] + WEEK >= times[last]) sum += amounts[k];
    }
}

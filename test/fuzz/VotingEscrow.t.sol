// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";

/// @title VotingEscrowFuzzTest
/// @notice Power, score and penalty against their formulas in 512 bits, over all amounts there can be, and their bounds.
contract VotingEscrowFuzzTest is Test {
    uint256 private constant WEEK = 7 days;
    uint256 private constant TERM = 52 * WEEK;
    uint256 private constant ALL = 1e27; // {GIM wei}

    GovernanceToken private token;
    VotingEscrow private escrow;

    function setUp() external {
        vm.warp(2_900 * WEEK + 3 days);
        token = new GovernanceToken(address(this));
        escrow = new VotingEscrow(token, address(this), address(0xfee));
        token.approve(address(escrow), type(uint256).max);
    }

    function testFuzz_powerAndScoreAreTheirFormulas(
        uint256 amount,
        uint256 start,
        uint256 term,
        uint256 later
    ) external {
        amount = bound(amount, TERM, ALL);
        vm.warp(bound(start, 2_900 * WEEK, 2_953 * WEEK));
        uint256 latest = (block.timestamp + TERM) / WEEK;
        uint256 end = bound(term, block.timestamp / WEEK + 1, latest) * WEEK;
        escrow.lock(amount, end);
        vm.warp(bound(later, block.timestamp, end + WEEK));

        uint256 left = end > block.timestamp ? end - block.timestamp : 0;
        uint256 slope = Math.mulDiv(amount, 1, TERM);
        assertEq(escrow.balanceOf(address(this)), Math.mulDiv(slope, left, 1));
        assertEq(escrow.totalSupply(), Math.mulDiv(slope, left, 1));
        assertEq(escrow.getVotes(address(this)), Math.mulDiv(slope, left, 1));
        assertEq(escrow.scoreAt(address(this), block.timestamp), left == 0 ? 0 : Math.mulDiv(slope, TERM + left, 1));
        // Against amount * left / TERM, which rounds once at the end: never more, less by under a wei for each second left.
        uint256 exact = Math.mulDiv(amount, left, TERM);
        assertLe(escrow.balanceOf(address(this)), exact);
        assertLe(exact - escrow.balanceOf(address(this)), left);
    }

    function testFuzz_penaltyIsItsFormulaRoundedUp(
        uint256 amount,
        uint256 bps,
        uint256 term,
        uint256 later,
        bool permanent
    ) external {
        amount = bound(amount, TERM, ALL);
        bps = bound(bps, 0, 5_000);
        if (bps < 5_000) escrow.lowerMaxPenalty(uint16(bps));
        uint256 end = bound(term, block.timestamp / WEEK + 2, (block.timestamp + TERM) / WEEK) * WEEK;
        escrow.lock(amount, end);
        if (permanent) escrow.setPermanent(true);
        vm.warp(bound(later, block.timestamp + 7 days, end - 1));

        uint256 left = permanent ? TERM : end - block.timestamp;
        uint256 penalty = Math.mulDiv(amount, bps * left, TERM * 10_000, Math.Rounding.Ceil);
        assertEq(escrow.penaltyOf(address(this)), penalty);
        assertLe(penalty, amount / 2 + 1);

        (uint256 out, uint256 paid) = escrow.earlyExit(penalty);
        assertEq(paid, penalty);
        assertEq(out, amount - penalty);
        assertEq(token.balanceOf(address(0xfee)), penalty);
        assertEq(token.balanceOf(address(escrow)), 0);
    }

    /// @notice Waiting never makes an exit dearer, so nobody pays more than what was published when he locked.
    function testFuzz_penaltyFallsWithTime(uint256 amount, uint256 first, uint256 second) external {
        escrow.lock(bound(amount, TERM, ALL), block.timestamp + TERM);
        first = bound(first, block.timestamp, block.timestamp + 53 * WEEK);
        second = bound(second, first, block.timestamp + 54 * WEEK);
        vm.warp(first);
        uint256 before = escrow.penaltyOf(address(this));
        vm.warp(second);
        assertLe(escrow.penaltyOf(address(this)), before);
    }
}

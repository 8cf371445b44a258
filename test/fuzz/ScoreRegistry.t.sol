// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {ScoreRegistry} from "../../contracts/governance/ScoreRegistry.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {Tier} from "../../contracts/types/GovernanceTypes.sol";
import {ScoreTable} from "./ScoreTable.sol";

contract ScoreRegistryTest is Test {
    uint256 private constant TERM = 52 weeks;
    address private immutable alice = makeAddr("alice");

    GovernanceToken private token;
    VotingEscrow private escrow;
    ScoreRegistry private registry;

    function setUp() external {
        vm.warp(2_900 weeks + 3 days);
        token = new GovernanceToken(address(this));
        escrow = new VotingEscrow(token, address(this), address(this));
        registry = new ScoreRegistry(escrow, address(this), ScoreTable.tiers());
    }

    function _lock(uint256 amount, uint256 end) private {
        token.transfer(alice, amount);
        vm.startPrank(alice);
        token.approve(address(escrow), amount);
        escrow.lock(amount, end);
        vm.stopPrank();
    }

    function testFuzz_I06_aScoreIsOneToTwoTimesWhatIsCommittedUntilTheEnd(
        uint256 amount,
        uint256 term,
        uint256 elapsed,
        bool permanent
    ) external {
        amount = bound(amount, TERM, 900_000_000e18);
        _lock(amount, block.timestamp + bound(term, 1 weeks, TERM));
        if (permanent) {
            vm.prank(alice);
            escrow.setPermanent(true);
        }
        uint256 t = block.timestamp + bound(elapsed, 0, 60 weeks);
        vm.warp(t + 1);

        uint256 score = registry.scoreAt(alice, t);
        uint256 multiplier = registry.multiplierAt(alice, t);
        if (!permanent && t >= escrow.locked(alice).end) {
            assertEq(score, 0, "I-06: an ended lock has no score");
            assertEq(multiplier, 0, "I-06: an ended lock has no multiplier");
            assertEq(registry.tierAt(alice, t), 0, "an ended lock has no tier");
            return;
        }
        uint256 committed = permanent ? amount : (amount / TERM) * TERM;
        assertGe(score, committed, "I-06: a score is at least what is committed");
        assertLe(score, 2 * committed, "I-06: a score is at most twice what is committed");
        assertGe(multiplier, 10_000, "I-06: the multiplier is at least 1x");
        assertLe(multiplier, 20_000, "I-06: the multiplier is at most 2x");
        if (permanent) assertEq(multiplier, 20_000, "I-06: 2x for a permanent lock");
        assertEq(multiplier, (score * 10_000) / committed, "the multiplier is score over committed");
        assertEq(registry.scoreOf(alice), escrow.scoreAt(alice, (t / 1 weeks) * 1 weeks), "scoreOf: the week's start");
    }

    function testFuzz_aTierIsTheNumberOfThresholdsReached(uint256 seed, uint256 score) external {
        Tier[10] memory list = _randomTable(seed);
        registry.setTiers(list);
        uint256 scale = uint256(list[9].minScore) + list[9].minScore / 4 + 4;
        score = bound(score, 2 * TERM, scale < 2 * TERM ? 2 * TERM : scale);
        // Every fourth time at a threshold or beside it.
        if (score % 4 == 0) score = uint256(list[seed % 10].minScore) + (score % 3) * 2;
        if (score < 2 * TERM) score = 2 * TERM;
        _lock(score / 2, block.timestamp + 20 weeks);
        vm.prank(alice);
        escrow.setPermanent(true);
        skip(2 weeks);

        uint256 actual = (score / 2) * 2;
        uint256 expected;
        while (expected < 10 && actual >= list[expected].minScore) ++expected;
        (uint8 tier, Tier memory benefits) = registry.benefitsAt(alice, block.timestamp - 1);
        assertEq(tier, expected, "the tier is the number of thresholds reached");
        assertEq(registry.tierOf(alice), expected, "so it was at the week's start");
        Tier memory none;
        assertEq(abi.encode(benefits), abi.encode(expected == 0 ? none : list[expected - 1]), "with its benefits");
    }

    /// @dev Tables are set at random times, often several in a week; what was in force at any second stays.
    function testFuzz_theTableOfAPastSecondNeverChanges(uint256 seed) external {
        uint256[40] memory times;
        bytes32[40] memory seen;
        bytes32 inForce = keccak256(abi.encode(ScoreTable.tiers()));
        bytes32 waiting = inForce;
        uint256 since;
        for (uint256 k; k < 40; ++k) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 next = (block.timestamp / 1 weeks + 1) * 1 weeks;
            if (seed % 5 == 0) vm.warp(next - 1);
            else if (seed % 5 == 1) vm.warp(next);
            else skip((seed >> 8) % 6 days);
            if (block.timestamp >= since) inForce = waiting;
            if ((seed >> 40) % 3 != 0) {
                Tier[10] memory list = _randomTable(seed);
                registry.setTiers(list);
                waiting = keccak256(abi.encode(list));
                since = (block.timestamp / 1 weeks + 1) * 1 weeks;
            }
            times[k] = block.timestamp;
            seen[k] = keccak256(abi.encode(registry.tiersAt(block.timestamp)));
            assertEq(seen[k], inForce, "a table counts from the week after it was set, not before");
            uint256 j = (seed >> 80) % (k + 1);
            assertEq(keccak256(abi.encode(registry.tiersAt(times[j]))), seen[j], "a past table never changes");
        }
        for (uint256 k; k < 40; ++k) {
            assertEq(keccak256(abi.encode(registry.tiersAt(times[k]))), seen[k], "a past table never changes");
        }
    }

    /// @dev Valid: scores strictly ascending, benefits never falling.
    function _randomTable(uint256 seed) private pure returns (Tier[10] memory list) {
        uint256 score;
        for (uint256 i; i < 10; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            score += 1 + (r % 10 ** (1 + ((r >> 128) % 25)));
            list[i] = Tier({
                minScore: uint96(score),
                feeDiscountBps: uint16(i * 500),
                apiDiscountBps: uint16(i * 400 + (seed % 400)),
                proposalsPerMonth: uint8(i),
                saleCapUsd: uint32(i * 1_000 + (seed % 1_000)),
                saleOpensAfter: uint32((9 - i) * 2 hours),
                launchMultiplierBps: uint16(10_000 + i * 2_000)
            });
        }
    }
}

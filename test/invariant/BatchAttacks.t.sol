// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {BatchCalls} from "./BatchCalls.sol";

/// @title BatchAttacksTest
/// @notice The known attacks on batches, one by one, each at any size and second, with the books of INV-12 beside them.
contract BatchAttacksTest is BatchCalls, Test {
    uint256 private constant THIEF = 8;
    uint256 private constant MAKER = 7;

    uint256 private _batch; // the one that takes requests

    function setUp() external {
        _begin(12);
        for (uint256 i; i < PEOPLE; ++i) {
            _mintCash(i, 1_000_000 * _unit);
            uint256 shares = vault.balanceOf(_people[0]) / 20;
            if (i == 0) continue;
            vm.prank(_people[0]);
            vault.transfer(_people[i], shares);
            _sharesOf[0] -= shares;
            _sharesOf[i] += shares;
        }
        vm.warp((block.timestamp / DAY + 1) * DAY + 12 hours);
        _freshen();
        _batch = _collecting();
    }

    /* BEFORE THE PRICE IS SEEN */

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_lateJoin_nobodyEntersOrLeavesOnceThePriceCanBeSeen(uint256 seed) external {
        _entropy = seed;
        uint256 side = _rand(2);
        _request(side, _people[1], 1, 1, _some(side, 1));
        uint256 lock = _batch * DAY - LOCK;
        vm.warp(lock + 1 + _rand(LOCK + WINDOW));
        assertFalse(_cancel(side, _people[1], 1, _batch, 1), "left after the lock");
        assertTrue(
            _request(side, _people[THIEF], THIEF, THIEF, _some(side, THIEF)),
            "a late request waits for the next"
        );
        assertEq(_asked[side][_batch][THIEF], 0, "joined after the lock");
        assertEq(_asked[side][_batch + 1][THIEF], _books[_batch + 1].total[side], "not in the next batch");
        _laws();
    }

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_navRace_thePriceIsThatOfTheOpeningWhateverItWasAtTheRequest(uint256 seed) external {
        _entropy = seed;
        _fileAll();
        vm.warp(_batch * DAY + _rand(WINDOW));
        for (uint256 c; c < _coins.length; ++c) {
            if (c != _cashCoin) _publish(c, (_coins[c].truth * _between(7_000, 13_000)) / 10_000);
        }
        _publish(_cashCoin, ONE);
        (, uint256 nav) = _nav();
        assertTrue(_openBatch(_people[THIEF], _batch), "opened at the new price");
        assertEq(depositor.batchOf(_batch).price, nav, "not the NAV of the opening");
        _laws();
    }

    /* DUST AND SIZES */

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_dustGriefing_hundredsOfDustRequestsTakeNothingFromTheOthers(uint256 seed) external {
        _entropy = seed;
        uint256 big = _some(0, 0);
        _request(0, _people[0], 0, 0, big);
        for (uint256 k; k < 40; ++k) {
            uint256 i = 1 + _rand(PEOPLE - 1);
            // Also into the name of somebody else, whose own request it must not hinder.
            _request(0, _people[i], _rand(PEOPLE), i, _unit + _rand(3));
        }
        _request(1, _people[2], 2, 2, MIN_SHARES + _rand(1_000));
        _settle();
        vm.warp(_batch * DAY + WINDOW);
        (Pool memory p, ) = _standing(0, 0);
        uint256 amount = _asked[0][_batch][0];
        assertLe(amount - p.own - p.refund, 2, "dust cost more than the rounding");
        assertGe(amount, big);
        _claimAll();
    }

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_amounts_dustZeroAndTheWholeSupplyAreRefusedOrSettled(uint256 seed) external {
        _entropy = seed;
        for (uint256 side; side < 2; ++side) {
            assertFalse(_request(side, _people[1], 1, 1, 0), "zero was taken");
            assertFalse(_request(side, _people[1], 1, 1, (side == 0 ? _unit : MIN_SHARES) - 1), "dust was taken");
        }
        for (uint256 k = 1; k < PEOPLE; ++k) {
            vm.prank(_people[k]);
            vault.transfer(_people[0], _sharesOf[k]);
            _sharesOf[0] += _sharesOf[k];
            _sharesOf[k] = 0;
        }
        assertTrue(_request(1, _people[0], 0, 0, _sharesOf[0]), "the whole supply was refused");
        assertFalse(_request(1, _people[0], 0, 0, MIN_SHARES), "more than the whole supply was taken");
        for (uint256 k = 1; k < 6; ++k) _request(0, _people[k], k, k, _some(0, k));
        _settle();
        vm.warp(_batch * DAY + WINDOW);
        _claimAll();
    }

    /* OPERATORS */

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_operatorAbuse_nobodyActsForAnotherWithoutOrAfterHisWord(uint256 seed) external {
        _entropy = seed;
        _fileAll();
        uint256 i = _rand(THIEF);
        bool named = _rand(2) == 0;
        if (named) _setOperator(i, _people[THIEF], true);
        if (named) _setOperator(i, _people[THIEF], false);
        for (uint256 side; side < 2; ++side) {
            assertFalse(_request(side, _people[THIEF], THIEF, i, _some(side, i)), "took another's tokens");
            assertFalse(_cancel(side, _people[THIEF], i, _batch, THIEF), "cancelled another's request");
        }
        _settle();
        vm.warp(_batch * DAY + WINDOW);
        for (uint256 side; side < 2; ++side) {
            (Pool memory p, ) = _standing(side, i);
            assertFalse(_claimRefund(side, _people[THIEF], i, THIEF), "took another's refund");
            assertFalse(_claim(side, true, _people[THIEF], i, THIEF, p.own), "took another's tokens");
            assertFalse(_claim(side, false, _people[THIEF], i, THIEF, p.other), "took another's tokens");
        }
        _claimAll();
    }

    /* SETTLEMENT */

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_refundLock_nothingHoldsUpRefundsAfterTheWindow(uint256 seed) external {
        _entropy = seed;
        _fileAll();
        if (_rand(2) == 0) _settle();
        vm.warp(_batch * DAY + WINDOW + _rand(400 * DAY));
        for (uint256 c; c < _coins.length; ++c) {
            if (_rand(2) == 0) _publish(c, 0);
            if (c == _cashCoin) continue;
            _coins[c].token.take(address(vault), _coins[c].token.books(address(vault)) / 2);
            _coins[c].token.setMode(HostileToken.Mode(1 + _rand(9)));
        }
        vm.prank(keepers.guardian());
        vault.pause(1);
        uint256 blocked = _rand(PEOPLE);
        cash.setMode(HostileToken.Mode.BLOCKLIST);
        cash.setBlocked(_people[blocked]);
        for (uint256 i; i < PEOPLE; ++i) {
            for (uint256 side; side < 2; ++side) {
                (Pool memory p, ) = _standing(side, i);
                bool paid = _claimRefund(side, _people[i], i, i);
                assertEq(paid, p.refund != 0 && (side == 1 || i != blocked), "a refund was held up");
            }
        }
        // He whom the cash refuses sends it elsewhere, or waits.
        (Pool memory q, ) = _standing(0, blocked);
        uint256 friend = (blocked + 1) % PEOPLE;
        assertEq(_claimRefund(0, _people[blocked], blocked, friend), q.refund != 0, "a refund was lost");
        cash.setMode(HostileToken.Mode.HONEST);
        _claimAll();
    }

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_sandwich_mintsRedemptionsAndDonationsAroundTheOpeningMoveNoPrice(uint256 seed) external {
        _entropy = seed;
        _fileAll();
        vm.warp(_batch * DAY + _rand(WINDOW));
        (, uint256 before) = _nav();
        for (uint256 c; c < _coins.length; ++c) {
            if (c != _cashCoin) _coins[c].token.mint(address(vault), _rand(10 * _coins[c].token.books(address(vault))));
        }
        uint256 shares = _sharesOf[THIEF] / (1 + _rand(10));
        vm.prank(_people[THIEF]);
        vault.redeem(shares, _people[THIEF], _people[THIEF], new uint256[](0), 0, type(uint32).max);
        _sharesOf[THIEF] -= shares;
        assertTrue(_openBatch(_people[THIEF], _batch), "not opened");
        uint256 price = depositor.batchOf(_batch).price;
        assertApproxEqRel(price, before, 1e9, "the price was moved within a block");
        _deliverShares(MAKER, _batch, _sharesOf[MAKER], 0, MAKER);
        _laws();
    }

    /// @notice S74: whoever sends cash or shares blocks nobody, moves no price and takes part in nothing.
    /// hardhat-config: fuzz.runs = 64
    function testFuzz_S74_donationsToTheDepositorChangeNothing(uint256 seed) external {
        _entropy = seed;
        _give();
        _fileAll();
        _give();
        _settle();
        _give();
        vm.warp(_batch * DAY + WINDOW);
        _claimAll();
        assertGe(cash.books(address(depositor)), _cashGiven, "somebody was paid out of a donation");
        assertGe(vault.balanceOf(address(depositor)), _sharesGiven, "somebody was paid out of a donation");
    }

    /// hardhat-config: fuzz.runs = 64
    function testFuzz_stalePrice_oneOldPriceStopsTheOpeningAndEveryDelivery(uint256 seed) external {
        _entropy = seed;
        uint256 old = _rand(_coins.length);
        // Its last round is as old as may be, to the second, about when the window opens.
        vm.warp((block.timestamp / DAY + 1) * DAY + _rand(WINDOW - 1));
        _publish(old, _coins[old].said);
        vm.warp(((block.timestamp + HEARTBEAT) / DAY) * DAY - 12 hours);
        for (uint256 c; c < _coins.length; ++c) if (c != old) _publish(c, _coins[c].said);
        _batch = _collecting();
        _fileAll();
        uint256 stale = _coins[old].feed.latestTimestamp() + HEARTBEAT + 1; // the first second in which it is too old
        bool opened;
        if (stale > _batch * DAY && stale < _batch * DAY + WINDOW && _rand(2) == 0) {
            vm.warp(_between(_batch * DAY, stale - 1));
            opened = _openBatch(_people[0], _batch);
            assertTrue(opened, "a price of the last second was refused");
        }
        vm.warp(_between(stale > _batch * DAY ? stale : _batch * DAY, _batch * DAY + WINDOW - 1));
        if (!opened) assertFalse(_openBatch(_people[0], _batch), "opened at a price that is too old");
        assertFalse(_deliverShares(MAKER, _batch, type(uint256).max, 0, MAKER), "sold at a price that is too old");
        assertFalse(_deliverCash(MAKER, _batch, type(uint256).max, 0, MAKER), "bought at a price that is too old");
        vm.warp(_batch * DAY + WINDOW);
        _claimAll();
    }

    /* LEFTOVERS, LIMITS AND TARGETS */

    /// @notice S73: what rounding leaves is nobody's: the next caller cannot take it, nor does the next batch share it.
    /// hardhat-config: fuzz.runs = 64
    function testFuzz_S73_leftoversAreNobodysAndBounded(uint256 seed) external {
        _entropy = seed;
        for (uint256 round; round < 3; ++round) {
            _fileAll();
            _settle();
            vm.warp(_batch * DAY + WINDOW);
            _claimAll();
            uint256[] memory all = new uint256[](PEOPLE);
            for (uint256 i; i < PEOPLE; ++i) all[i] = i;
            _claimMany(_people[THIEF], all);
            _claimMany(_people[THIEF], all);
            _laws();
            _batch = _collecting();
        }
    }

    /// @notice S75: a delivery that lands late is at a better price, or at none below what its sender accepts.
    /// hardhat-config: fuzz.runs = 64
    function testFuzz_S75_aDelivererNamesThePriceHeAccepts(uint256 seed) external {
        _entropy = seed;
        _request(0, _people[0], 0, 0, _some(0, 0));
        vm.warp(_batch * DAY + _rand(1 hours));
        _openBatch(_people[0], _batch);
        (, uint256 nav) = _nav();
        uint256 wanted = _depositPrice(_batch, nav);
        skip(_rand(2 hours));
        uint256 c = _rand(_cashCoin);
        _publish(c, (_coins[c].truth * _between(9_500, 10_500)) / 10_000);
        vm.prank(_people[MAKER]);
        try depositor.deliverShares(_batch, 1e18, wanted, _people[MAKER]) returns (uint256 shares, uint256 assets) {
            assertGe((assets + 1) * ONE, (shares - 1) * wanted, "sold below the price named");
        } catch {
            (, nav) = _nav();
            bool moved =
                nav * 100 > depositor.batchOf(_batch).price * 105 || nav * 100 < depositor.batchOf(_batch).price * 95;
            assertTrue(moved || _depositPrice(_batch, nav) < wanted, "refused at the price named");
        }
    }

    /// @notice S77: no call names a target, and nobody is ever approved for what is held here.
    /// hardhat-config: fuzz.runs = 32
    function testFuzz_S77_nobodyIsApprovedForWhatIsHeld(uint256 seed, address somebody) external {
        _entropy = seed;
        _fileAll();
        _settle();
        assertEq(cash.allowance(address(depositor), somebody), 0);
        assertEq(vault.allowance(address(depositor), somebody), 0);
        for (uint256 i; i < PEOPLE; ++i) {
            assertEq(cash.allowance(address(depositor), _people[i]), 0);
            assertEq(vault.allowance(address(depositor), _people[i]), 0);
        }
        assertEq(cash.allowance(address(depositor), address(vault)), 0);
        _laws();
    }

    /* STEPS */

    /// @dev A part of what a person has, at least the least that is taken.
    function _some(uint256 side, uint256 i) private returns (uint256) {
        return side == 0 ? _between(_unit, _cashOf[i] / 2) : _between(MIN_SHARES, _sharesOf[i] / 2);
    }

    function _fileAll() private {
        for (uint256 i; i < PEOPLE; ++i) {
            if (_rand(3) != 0) assertTrue(_request(0, _people[i], i, i, _some(0, i)), "a deposit was refused");
            if (_rand(3) != 0) assertTrue(_request(1, _people[i], i, i, _some(1, i)), "a redemption was refused");
        }
        _request(0, _people[0], 0, 0, _unit);
    }

    /// @dev Opens the batch and lets a maker take any part of what is left.
    function _settle() private {
        vm.warp(_batch * DAY + _rand(WINDOW));
        _freshen();
        assertTrue(_openBatch(_people[THIEF], _batch), "not opened");
        vm.warp(_between(block.timestamp, _batch * DAY + WINDOW - 1));
        _mintCash(MAKER, 1_000_000 * _unit);
        _deliverShares(MAKER, _batch, _rand(_sharesOf[MAKER] + 1), 0, MAKER);
        _deliverCash(MAKER, _batch, _rand(_cashOf[MAKER] + 1), 0, MAKER);
        _checkLaws();
    }

    function _freshen() private {
        for (uint256 c; c < _coins.length; ++c) _publish(c, _coins[c].truth);
    }

    function _give() private {
        uint256 amount = _rand(1_000 * _unit);
        cash.mint(address(depositor), amount);
        (_cashHeld, _cashGiven) = (_cashHeld + amount, _cashGiven + amount);
        amount = _rand(_sharesOf[THIEF] / 10);
        vm.prank(_people[THIEF]);
        vault.transfer(address(depositor), amount);
        _sharesOf[THIEF] -= amount;
        (_sharesHeld, _sharesGiven) = (_sharesHeld + amount, _sharesGiven + amount);
    }

    /// @dev Everybody takes all that is his; only rounding and donations are left.
    function _claimAll() private {
        uint256[] memory one = new uint256[](1);
        for (uint256 i; i < PEOPLE; ++i) {
            (Pool memory p, ) = _standing(0, i);
            if (p.other != 0 && _rand(2) == 0) assertTrue(_claim(0, true, _people[i], i, i, p.own), "a claim failed");
            one[0] = i;
            _claimMany(_people[THIEF], one);
        }
        _laws();
        assertLe(_cashHeld, _cashGiven + _requests, "cash was left");
        assertLe(_sharesHeld, _sharesGiven + _requests, "shares were left");
    }

    function _laws() private {
        _checkLaws();
        assertEq(violation, "", violation);
    }
}

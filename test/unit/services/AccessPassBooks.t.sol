// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {ServiceErrors} from "../../../contracts/libraries/ServiceErrors.sol";
import {SignedUsage, UsageGroup} from "../../../contracts/types/ServiceTypes.sol";
import {AccessPassWorld} from "./AccessPassWorld.sol";

/// @title AccessPassBooksTest
/// @notice What belongs to which asset, id and currency.
contract AccessPassBooksTest is AccessPassWorld, Test {
    uint256 internal constant ALICE = 0xa11ce;
    address internal alice;
    address internal bob = makeAddr("bob");

    function setUp() external {
        _setUpWorld();
        alice = _payer(ALICE);
    }

    function test_settle_booksGroupsForTheirOwnAssetAndId() external {
        _register(bob);
        _buyAndLoad(alice, 1, 10); // pool 40,000
        _buyAndLoad(alice, 2, 10); // pool 40,000
        UsageGroup[] memory groups = new UsageGroup[](5);
        groups[0] = _group(alice, 1, 7, _sign(ALICE, alice, 1, 7, 0, 1))[0];
        groups[1] = _group(alice, 1, 8, _sign(ALICE, alice, 1, 8, 1, 2))[0];
        groups[2] = _group(alice, 2, 8, _sign(ALICE, alice, 2, 8, 0, 3))[0];
        groups[3] = _group(alice, 2, 0, _sign(ALICE, alice, 2, 0, 1, 4))[0];
        groups[4] = _group(alice, 1, 7, _sign(ALICE, alice, 1, 7, 2, 1))[0];
        assertEq(pass.settle(groups), 5);
        assertEq(pass.earnedOf(7).usdc, 8_000);
        assertEq(pass.earnedOf(8).usdc, 20_000);
        assertEq(pass.earnedOf(0).usdc, 16_000);
        assertEq(pass.supplyOf(1).used, 4);
        assertEq(pass.supplyOf(2).used, 7);
        assertEq(pass.poolOf(1).usdc, 24_000);
        assertEq(pass.poolOf(2).usdc, 12_000);
    }

    function test_settle_refusesWhatIsWiderThanItsType() external {
        _buyAndLoad(alice, 1, 10);
        UsageGroup[] memory groups = _group(alice, 1, 7, _sign(ALICE, alice, 1, 7, 0, 1));
        bytes memory call = abi.encodeCall(pass.settle, (groups));
        // selector, place and number of groups, place of the group, its head and number of receipts, nonce
        uint256 units = 4 + 32 * (3 + 5 + 1);
        for (uint256 field; field < 2; ++field) {
            bytes memory wide = bytes.concat(call);
            wide[units + 32 * field + (field == 0 ? 27 : 25)] = 0x01; // the bit above the type
            (bool worked, ) = address(pass).call(wide);
            assertFalse(worked);
        }
        (bool counted, ) = address(pass).call(call);
        assertTrue(counted);
        assertEq(_meter(alice, 1), 9);
    }

    function test_claimEarned_andFlush_payEachCurrencyOnce() external {
        _buyAndLoad(alice, 1, 10);
        _buy(alice, 1, 10, address(gim));
        assertTrue(_use(ALICE, 1, 7, 0, 4));
        assertTrue(_use(ALICE, 1, 0, 1, 4));
        assertEq(pass.claimEarned(7, address(gim)), 8e16);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NothingThere.selector, 7, address(gim)));
        pass.claimEarned(7, address(gim));
        assertEq(pass.earnedOf(7).usdc, 8_000);
        assertEq(pass.flush(address(gim)), 8e16);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NothingThere.selector, 0, address(gim)));
        pass.flush(address(gim));
        assertEq(pass.flush(address(usdc)), 8_000);
        assertEq(gim.balanceOf(creator), 8e16);
    }

    function test_setCreditPrice_cutsAndKeepsEachCurrencyByItself() external {
        _buy(alice, 1, 10, address(usdc)); // pool 40,000
        _buy(alice, 1, 10, address(gim)); // pool 4e17
        pass.setCreditPrice(1, USDC_PRICE, GIM_PRICE / 2);
        assertEq(pass.poolOf(1).usdc, 40_000);
        assertEq(pass.poolOf(1).gim, 2e17);
        assertEq(pass.earnedOf(0).gim, 2e17);
        pass.setCreditPrice(1, USDC_PRICE, GIM_PRICE * 2);
        assertEq(pass.basisOf(1).gim, GIM_PRICE / 2);
        _buy(alice, 1, 10, address(gim)); // 2e18, of which 4e17 * 1/4 are kept
        assertEq(pass.poolOf(1).gim, 4e17);
    }

    /// @notice What leaves a pool is rounded up, so that no credit is ever worth more than what was kept for it.
    function test_settle_roundsWhatLeavesAPoolUp() external {
        pass.setCreditPrice(1, 101, 103);
        _buyAndLoad(alice, 1, 2); // pool 80
        _buy(alice, 1, 3, address(gim)); // pool 123
        assertTrue(_use(ALICE, 1, 7, 0, 2));
        assertEq(pass.earnedOf(7).usdc, 32); // 80 * 2/5
        assertEq(pass.earnedOf(7).gim, 50); // 49.2
        _load(alice, 1, 3);
        assertTrue(_use(ALICE, 1, 0, 1, 2));
        assertEq(pass.earnedOf(0).usdc, 32);
        assertEq(pass.earnedOf(0).gim, 49); // 73 * 2/3 = 48.67
        pass.setCreditPrice(2, 103, 0);
        _buyAndLoad(alice, 2, 3); // pool 123
        assertTrue(_use(ALICE, 2, 7, 0, 1));
        assertTrue(_use(ALICE, 2, 6, 1, 1));
        assertEq(pass.earnedOf(6).usdc, 41);
        pass.setCreditPrice(3, 101, 0);
        _buyAndLoad(alice, 3, 3); // pool 121
        assertTrue(_use(ALICE, 3, 8, 0, 1));
        assertEq(pass.earnedOf(8).usdc, 41); // 40.33
    }

    /// @notice A currency that credits are sold for later gets its basis then, also while credits are held.
    function test_setCreditPrice_beginsTheBasisOfACurrency() external {
        pass.setCreditPrice(1, USDC_PRICE, 0);
        _buy(alice, 1, 10, address(usdc));
        assertEq(pass.basisOf(1).gim, 0);
        pass.setCreditPrice(1, USDC_PRICE, GIM_PRICE);
        assertEq(pass.basisOf(1).gim, GIM_PRICE);
        _buy(alice, 1, 10, address(gim));
        assertEq(pass.poolOf(1).gim, 4e17);
        pass.setCreditPrice(3, USDC_PRICE * 2, GIM_PRICE);
        assertEq(pass.basisOf(3).usdc, USDC_PRICE * 2); // nobody has one
    }

    /// @notice Words of nonces are put away and fetched again: none that was used is forgotten.
    function test_settle_remembersNoncesOfWordsThatItComesBackTo() external {
        _buyAndLoad(alice, 1, 100);
        uint256[5] memory order = [uint256(0), 128, 1, 129, 2];
        for (uint256 i; i < order.length; ++i) assertTrue(_use(ALICE, 1, 7, order[i], 1));
        for (uint256 i; i < order.length; ++i) assertFalse(_use(ALICE, 1, 7, order[i], 1));
        assertEq(_meter(alice, 1), 95);
    }

    function test_settle_takesNothingThatEndedLongAgo() external {
        _buyAndLoad(alice, 1, 10);
        SignedUsage memory usage = SignedUsage(0, 1, uint48(block.timestamp + 1), 0, 0);
        usage = _signFor(_domain(block.chainid, address(pass)), ALICE, alice, 1, 7, usage);
        skip(30 days);
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 0);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAccessPass} from "../../../contracts/interfaces/services/IAccessPass.sol";
import {ServiceErrors} from "../../../contracts/libraries/ServiceErrors.sol";
import {
    Amounts,
    CreditSupply,
    Plan,
    SignedUsage,
    SkipReason,
    UsageGroup,
    UsageReceipt
} from "../../../contracts/types/ServiceTypes.sol";
import {AccessPassWorld} from "./AccessPassWorld.sol";

/// @title AccessPassTest
/// @notice Every function of AccessPass by itself.
contract AccessPassTest is AccessPassWorld, Test {
    uint256 internal constant ALICE = 0xa11ce;
    address internal alice;
    address internal bob = makeAddr("bob");
    mapping(uint256 nonce => bool) private _seen;

    function setUp() external {
        _setUpWorld();
        alice = _payer(ALICE);
    }

    /* BUY CREDITS */

    function test_buyCredits_revertsForWhatIsNotSold() external {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotCredits.selector, 0));
        pass.buyCredits(0, 1, address(usdc), 1e18, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotCredits.selector, 5));
        pass.buyCredits(5, 1, address(usdc), 1e18, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_CurrencyUnknown.selector, bob));
        pass.buyCredits(1, 1, bob, 1e18, alice);
        vm.expectRevert(
            abi.encodeWithSelector(ServiceErrors.AccessPass_UnitsInvalid.selector, 0, uint256(type(uint48).max))
        );
        pass.buyCredits(1, 0, address(usdc), 1e18, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_CostTooHigh.selector, 30_000, 29_999));
        pass.buyCredits(1, 3, address(usdc), 29_999, alice);
        vm.stopPrank();
        pass.setCreditPrice(1, USDC_PRICE, 0);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotSold.selector, 1, address(gim)));
        pass.buyCredits(1, 1, address(gim), 1e30, alice);
    }

    function test_buyCredits_takesTheDiscountRoundsUpAndSplits() external {
        pass.setCreditPrice(1, 101, GIM_PRICE);
        scores.setDiscount(alice, 3_500);
        vm.prank(alice);
        uint256 cost = pass.buyCredits(1, 3, address(usdc), 197, bob); // 303 * 65% = 196.95
        assertEq(cost, 197);
        assertEq(pass.costOf(alice, 1, 3, address(usdc)), 197);
        assertEq(pass.costOf(bob, 1, 3, address(usdc)), 303);
        assertEq(pass.balanceOf(bob, 1), 3);
        assertEq(pass.poolOf(1).usdc, 78); // 40% of 197, rounded down
        assertEq(usdc.balanceOf(address(pass)), 78);
        assertEq(usdc.balanceOf(splitter), 119);
        assertEq(pass.supplyOf(1).issued, 3);
    }

    function test_buyCredits_neverDiscountsMoreThanHalf() external {
        scores.setDiscount(alice, 9_000);
        assertEq(pass.costOf(alice, 1, 10, address(usdc)), 50_000);
    }

    function test_buyCredits_issuesNoMoreThanAMeterHolds() external {
        pass.setCreditPrice(1, 100, 0);
        uint256 most = type(uint48).max;
        usdc.mint(alice, 100 * most);
        _buyAndLoad(alice, 1, 10);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_UnitsInvalid.selector, most - 9, most - 10));
        pass.buyCredits(1, most - 9, address(usdc), type(uint256).max, alice);
        pass.buyCredits(1, most - 10, address(usdc), type(uint256).max, alice);
        pass.load(1, most - 10);
        assertEq(_meter(alice, 1), most);
    }

    function test_buyCredits_keepsBooksOfGim() external {
        assertEq(_buy(alice, 2, 4, address(gim)), 4e17);
        assertEq(pass.poolOf(2).gim, 16e16);
        assertEq(pass.poolOf(2).usdc, 0);
        assertEq(gim.balanceOf(splitter), 24e16);
    }

    /* PLANS */

    function test_addPlan_revertsForBadTerms() external {
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_ServicesInvalid.selector, 0));
        pass.addPlan(Plan(1_000, 0, 0, 1));
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_ServicesInvalid.selector, 1));
        pass.addPlan(Plan(1_000, 0, 1, 1));
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_ServicesInvalid.selector, 32));
        pass.addPlan(Plan(1_000, 0, 32, 1));
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PriceTooLow.selector, 99, 100));
        pass.addPlan(Plan(99, 0, 2, 1));
    }

    function test_buyPlan_revertsForWhatIsNotThere() external {
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PlanUnknown.selector, 0, 0));
        pass.buyPlan(0, 1, address(usdc), 1e18, alice);
        pass.addPlan(Plan(5e6, 0, 6, 100));
        vm.startPrank(alice);
        vm.expectRevert(ServiceErrors.AccessPass_ZeroAddress.selector);
        pass.buyPlan(0, 1, address(usdc), 1e18, address(0));
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotSold.selector, 1_000, address(gim)));
        pass.buyPlan(0, 1, address(gim), 1e18, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PeriodsInvalid.selector, 0, 36));
        pass.buyPlan(0, 0, address(usdc), 1e18, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PeriodsInvalid.selector, 37, 36));
        pass.buyPlan(0, 37, address(usdc), 1e18, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_CostTooHigh.selector, 5e6, 5e6 - 1));
        pass.buyPlan(0, 1, address(usdc), 5e6 - 1, alice);
        pass.buyPlan(0, 1, address(usdc), 5e6, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PeriodsInvalid.selector, 36, 35));
        pass.buyPlan(0, 36, address(usdc), 1e18, alice);
        vm.stopPrank();
    }

    function test_buyPlan_runsForItsPeriodsAndPaysTheSplitter() external {
        pass.addPlan(Plan(5e6, 3e18, 6, 100));
        scores.setDiscount(alice, 2_000);
        vm.startPrank(alice);
        assertEq(pass.buyPlan(0, 2, address(usdc), 8e6, bob), 8e6);
        uint256 end = block.timestamp + 60 days;
        assertEq(pass.planEndsAt(bob, 0), end);
        assertEq(usdc.balanceOf(splitter), 8e6);
        pass.buyPlan(0, 1, address(gim), type(uint256).max, bob);
        assertEq(gim.balanceOf(splitter), 24e17);
        end += 30 days;
        assertEq(pass.planEndsAt(bob, 0), end);
        vm.warp(end - 1);
        assertEq(pass.balanceOf(bob, 1_000), 1);
        vm.warp(end);
        assertEq(pass.balanceOf(bob, 1_000), 0);
        assertEq(pass.balanceOf(bob, 1_001), 0);
        pass.buyPlan(0, 1, address(usdc), 8e6, bob);
        assertEq(pass.planEndsAt(bob, 0), end + 30 days);
    }

    function test_setPlanPrice_leavesWhatRuns() external {
        pass.addPlan(Plan(5e6, 0, 6, 100));
        vm.prank(alice);
        pass.buyPlan(0, 1, address(usdc), 5e6, alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PlanUnknown.selector, 1, 1));
        pass.setPlanPrice(1, 1e6, 0);
        pass.setPlanPrice(0, 0, 2e18);
        assertEq(pass.balanceOf(alice, 1_000), 1);
        assertEq(pass.planOf(0).services, 6);
        assertEq(pass.planOf(0).creditsPerDay, 100);
        assertEq(pass.planCostOf(alice, 0, 3, address(gim)), 6e18);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotSold.selector, 1_000, address(usdc)));
        pass.planCostOf(alice, 0, 1, address(usdc));
    }

    /* TRIALS */

    function test_startTrial_onceAndForSevenDays() external {
        vm.startPrank(alice);
        pass.startTrial();
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_TrialUsed.selector, alice));
        pass.startTrial();
        vm.stopPrank();
        assertEq(pass.balanceOf(alice, TRIAL), 50);
        assertTrue(_use(ALICE, TRIAL, 7, 0, 20));
        assertEq(pass.balanceOf(alice, TRIAL), 30);
        assertEq(pass.earnedOf(7).usdc + pass.earnedOf(7).gim + pass.earnedOf(0).usdc, 0);
        uint256 end = pass.trialEndsAt(alice);
        assertEq(end, block.timestamp + 7 days);
        vm.warp(end - 1);
        assertTrue(_use(ALICE, TRIAL, 0, 1, 5));
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_TrialNotOver.selector, alice, end, 25));
        pass.expireTrial(alice);
        vm.warp(end);
        SignedUsage memory late = _sign(ALICE, alice, TRIAL, 0, 2, 1);
        vm.expectEmit(address(pass));
        emit IAccessPass.ReceiptSkipped(alice, TRIAL, 2, SkipReason.Expired);
        assertEq(pass.settle(_group(alice, TRIAL, 0, late)), 0);
        assertEq(pass.balanceOf(alice, TRIAL), 0);
        assertEq(_meter(alice, TRIAL), 0);
        pass.expireTrial(alice);
        CreditSupply memory supply = pass.supplyOf(TRIAL);
        assertEq(supply.issued, 50);
        assertEq(supply.used, 25);
        assertEq(supply.expired, 25);
        assertEq(pass.outstandingOf(TRIAL), 0);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_TrialNotOver.selector, alice, end, 0));
        pass.expireTrial(alice);
    }

    function test_startTrial_revertsWhileNoneAreGiven() external {
        pass.setTrialCredits(0);
        vm.expectRevert(ServiceErrors.AccessPass_TrialsClosed.selector);
        pass.startTrial();
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_TrialTooLarge.selector, 1_001, 1_000));
        pass.setTrialCredits(1_001);
        pass.setTrialCredits(1_000);
        assertEq(pass.trialCredits(), 1_000);
    }

    /* METERS */

    function test_load_unload_withNotice() external {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotCredits.selector, TRIAL));
        pass.load(TRIAL, 1);
        vm.expectRevert(
            abi.encodeWithSelector(ServiceErrors.AccessPass_UnitsInvalid.selector, 0, uint256(type(uint48).max))
        );
        pass.load(1, 0);
        pass.buyCredits(1, 10, address(usdc), 1e18, alice);
        pass.load(1, 8);
        assertEq(pass.balanceOf(alice, 1), 2);
        assertEq(_meter(alice, 1), 8);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NoticeNotOver.selector, 0, block.timestamp));
        pass.unload(1);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_MeterTooLow.selector, alice, 1, 9, 8));
        pass.requestUnload(1, 9);
        pass.requestUnload(1, 5);
        uint256 ready = block.timestamp + 1 days;
        (uint256 units, uint256 noticed, uint256 endsAt) = pass.meterOf(alice, 1);
        assertEq(units, 8);
        assertEq(noticed, 5);
        assertEq(endsAt, ready);
        vm.warp(ready - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ServiceErrors.AccessPass_NoticeNotOver.selector, ready, block.timestamp)
        );
        pass.unload(1);
        vm.warp(ready);
        assertEq(pass.unload(1), 5);
        assertEq(pass.balanceOf(alice, 1), 7);
        assertEq(_meter(alice, 1), 3);
        pass.requestUnload(1, 3);
        pass.requestUnload(1, 0);
        vm.warp(ready + 2 days);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NoticeNotOver.selector, 0, block.timestamp));
        pass.unload(1);
    }

    function test_unload_endsItsNotice() external {
        _buyAndLoad(alice, 1, 10);
        vm.startPrank(alice);
        pass.requestUnload(1, 4);
        skip(1 days);
        assertEq(pass.unload(1), 4);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NoticeNotOver.selector, 0, block.timestamp));
        pass.unload(1);
        assertEq(_meter(alice, 1), 6);
    }

    function test_unload_givesOnlyWhatSettlementLeft() external {
        _buyAndLoad(alice, 1, 10);
        vm.prank(alice);
        pass.requestUnload(1, 10);
        assertTrue(_use(ALICE, 1, 7, 0, 7)); // in notice and still settled
        (uint256 units, uint256 noticed, ) = pass.meterOf(alice, 1);
        assertEq(units, 3);
        assertEq(noticed, 3);
        skip(1 days);
        vm.prank(alice);
        assertEq(pass.unload(1), 3);
        assertEq(pass.balanceOf(alice, 1), 3);
    }

    /* KEYS */

    function test_setKey_termsAndNotice() external {
        uint48 today = uint48(block.timestamp);
        address key = vm.addr(0xe1);
        vm.startPrank(alice);
        vm.expectRevert();
        pass.setKey(key, today);
        vm.expectRevert();
        pass.setKey(key, today + 365 days + 1);
        vm.expectRevert();
        pass.setKey(address(0), today + 1);
        pass.setKey(key, today + 30 days);
        (address named, uint256 until) = pass.keyOf(alice);
        assertEq(named, key);
        assertEq(until, today + 30 days);
        pass.setKey(key, today + 1); // the same key does not end sooner than by its notice
        assertEq(pass.keyUntil(alice, key), today + 2 hours);
        pass.setKey(bob, today + 30 days);
        assertEq(pass.keyUntil(alice, key), today + 2 hours);
        pass.setKey(address(0), 0);
        assertEq(pass.keyUntil(alice, bob), today + 2 hours);
        (named, until) = pass.keyOf(alice);
        assertEq(named, address(0));
        assertEq(until, 0);
        pass.setKey(key, today + 10);
        assertEq(pass.keyUntil(alice, key), today + 2 hours);
        vm.warp(today + 3 hours);
        pass.setKey(bob, today + 4 hours);
        assertEq(pass.keyUntil(alice, key), today + 2 hours); // an ended key is not prolonged
        pass.setKey(key, today + 3 hours + 1);
        assertEq(pass.keyUntil(alice, key), today + 3 hours + 1); // nor has it a notice when it is named again
    }

    function test_settle_takesAKeyForAContract() external {
        address wallet = address(new Holder());
        _buy(alice, 1, 10, address(usdc));
        vm.prank(alice);
        pass.safeTransferFrom(alice, wallet, 1, 10, "");
        _load(wallet, 1, 10);
        SignedUsage memory usage = _sign(0xe1, wallet, 1, 7, 0, 4);
        assertEq(pass.settle(_group(wallet, 1, 7, usage)), 0);
        vm.prank(wallet);
        pass.setKey(vm.addr(0xe1), uint48(block.timestamp + 1 days));
        assertEq(pass.settle(_group(wallet, 1, 7, usage)), 1);
        assertEq(_meter(wallet, 1), 6);
    }

    /* NONCES */

    function test_cancelNonce_withNotice() external {
        _buyAndLoad(alice, 1, 10);
        uint256 tooLarge = 1 << 87;
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NonceInvalid.selector, tooLarge, tooLarge - 1));
        pass.requestCancelNonce(1, tooLarge);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NoticeNotOver.selector, 0, block.timestamp));
        pass.cancelNonce(1, 300);
        pass.requestCancelNonce(1, 300);
        pass.requestCancelNonce(1, 301);
        vm.expectRevert();
        pass.cancelNonce(1, 300);
        vm.stopPrank();
        assertTrue(_use(ALICE, 1, 0, 301, 1));
        skip(1 days);
        vm.startPrank(alice);
        pass.cancelNonce(1, 300);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NonceUsed.selector, alice, 1, 301));
        pass.cancelNonce(1, 301);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NonceUsed.selector, alice, 1, 300));
        pass.requestCancelNonce(1, 300);
        vm.stopPrank();
        assertTrue(pass.isNonceUsed(alice, 1, 300));
        assertFalse(pass.isNonceUsed(alice, 2, 300));
        assertFalse(_use(ALICE, 1, 0, 300, 1));
    }

    function testFuzz_settle_takesNoncesInAnyOrderOnce(uint256 seed) external {
        _buyAndLoad(alice, 1, 100);
        uint256[6] memory nonces = [seed % 128, 128 + (seed % 128), (1 << 87) - 1, 5, 127, seed % (1 << 87)];
        for (uint256 i; i < 12; ++i) {
            uint256 nonce = nonces[uint256(keccak256(abi.encode(seed, i))) % 6];
            bool used = _seen[nonce];
            assertEq(pass.isNonceUsed(alice, 1, nonce), used);
            assertEq(_use(ALICE, 1, 0, nonce, 1), !used);
            _seen[nonce] = true;
        }
        assertFalse(_use(ALICE, 1, 0, 1 << 87, 1));
        assertEq(pass.supplyOf(1).used + _meter(alice, 1), 100);
    }

    /* SETTLE */

    function test_receiptDigest_isWhatPayersSign() external view {
        UsageReceipt memory receipt = UsageReceipt(alice, 1, 7, 3, 2, 99);
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "UsageReceipt(address account,uint256 id,uint256 asset,uint256 nonce,uint32 units,uint48 validUntil)"
                ),
                receipt
            )
        );
        bytes32 domain = _domain(block.chainid, address(pass));
        assertEq(pass.receiptDigest(receipt), keccak256(abi.encodePacked(hex"1901", domain, content)));
    }

    function test_settle_paysTheAssetItsPartOfThePool() external {
        _buyAndLoad(alice, 1, 10); // pool 40,000
        _buy(alice, 1, 10, address(gim)); // pool 4e17
        vm.expectEmit(address(pass));
        emit IAccessPass.Settled(alice, 1, 7, 1, 5, 5);
        vm.expectEmit(address(pass));
        emit IAccessPass.Earned(7, 1, 5, 10_000, 1e17);
        assertTrue(_use(ALICE, 1, 7, 0, 5));
        assertEq(pass.earnedOf(7).usdc, 10_000);
        assertEq(pass.poolOf(1).usdc, 30_000);
        assertEq(pass.outstandingOf(1), 15);
        assertTrue(_use(ALICE, 1, 0, 1, 1));
        assertEq(pass.earnedOf(0).usdc, 2_000);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NothingThere.selector, 0, address(usdc)));
        pass.claimEarned(0, address(usdc));
        vm.prank(creator);
        assets.transferFrom(creator, bob, 7);
        assertEq(pass.claimEarned(7, address(usdc)), 10_000);
        assertEq(usdc.balanceOf(bob), 10_000);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NothingThere.selector, 7, address(usdc)));
        pass.claimEarned(7, address(usdc));
        pass.claimEarned(7, address(gim));
        assertEq(gim.balanceOf(bob), 1e17);
        uint256 before = usdc.balanceOf(splitter);
        assertEq(pass.flush(address(usdc)), 2_000);
        assertEq(usdc.balanceOf(splitter), before + 2_000);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 8));
        pass.claimEarned(8, address(usdc));
    }

    function test_settle_skipsWhatIsBadAndTellsWhy() external {
        _buyAndLoad(alice, 1, 10);
        UsageGroup[] memory groups = new UsageGroup[](1);
        groups[0] = UsageGroup(alice, 1, 7, new SignedUsage[](7));
        SignedUsage[] memory list = groups[0].receipts;
        bytes32 domain = _domain(block.chainid, address(pass));
        list[0] = _sign(ALICE, alice, 1, 7, 0, 4);
        list[1] = list[0];
        list[2] = _signFor(domain, ALICE, alice, 1, 7, SignedUsage(1, 1, uint48(block.timestamp), 0, 0));
        list[3] = _sign(0xbad, alice, 1, 7, 2, 1);
        list[4] = _sign(ALICE, alice, 1, 7, 3, 7);
        list[5] = _sign(ALICE, alice, 1, 7, 4, 0);
        list[6] = _signFor(domain, ALICE, alice, 1, 7, SignedUsage(5, 6, uint48(block.timestamp + 1), 0, 0));
        vm.expectEmit(address(pass));
        emit IAccessPass.ReceiptSkipped(alice, 1, 0, SkipReason.NonceUsed);
        vm.expectEmit(address(pass));
        emit IAccessPass.ReceiptSkipped(alice, 1, 1, SkipReason.Expired);
        vm.expectEmit(address(pass));
        emit IAccessPass.ReceiptSkipped(alice, 1, 2, SkipReason.SignatureInvalid);
        vm.expectEmit(address(pass));
        emit IAccessPass.ReceiptSkipped(alice, 1, 3, SkipReason.UnitsInvalid);
        vm.expectEmit(address(pass));
        emit IAccessPass.ReceiptSkipped(alice, 1, 4, SkipReason.UnitsInvalid);
        assertEq(pass.settle(groups), 2);
        assertEq(_meter(alice, 1), 0);
        assertEq(pass.supplyOf(1).used, 10);
        assertEq(pass.poolOf(1).usdc, 0); // the last unit takes all that is left
        assertEq(pass.earnedOf(7).usdc, 40_000);
    }

    /* OWNER */

    function test_owner_only() external {
        vm.startPrank(bob);
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, bob);
        vm.expectRevert(refused);
        pass.setCreditPrice(1, 100, 100);
        vm.expectRevert(refused);
        pass.addPlan(Plan(1_000, 0, 2, 1));
        vm.expectRevert(refused);
        pass.setPlanPrice(0, 100, 100);
        vm.expectRevert(refused);
        pass.setAssetShare(1);
        vm.expectRevert(refused);
        pass.setTrialCredits(1);
    }

    function test_setAssetShare_caps() external {
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_AssetShareTooHigh.selector, 4_001, 4_000));
        pass.setAssetShare(4_001);
        pass.setAssetShare(1_000);
        _buy(alice, 1, 10, address(usdc));
        assertEq(pass.poolOf(1).usdc, 10_000);
    }

    function test_setCreditPrice_movesTheBasisDownAtOnceAndUpWhenNoneIsHeld() external {
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PriceTooLow.selector, 99, 100));
        pass.setCreditPrice(1, 99, 0);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_PriceTooLow.selector, 99, 100));
        pass.setCreditPrice(1, 100, 99);
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotCredits.selector, 5));
        pass.setCreditPrice(5, 100, 100);
        _buyAndLoad(alice, 1, 10);
        pass.setCreditPrice(1, USDC_PRICE / 4, GIM_PRICE);
        assertEq(pass.poolOf(1).usdc, 10_000);
        assertEq(pass.earnedOf(0).usdc, 30_000);
        pass.setCreditPrice(1, USDC_PRICE, GIM_PRICE);
        assertEq(pass.basisOf(1).usdc, USDC_PRICE / 4);
        _buy(alice, 1, 10, address(usdc));
        assertEq(pass.poolOf(1).usdc, 20_000);
        _load(alice, 1, 10);
        assertTrue(_use(ALICE, 1, 7, 0, 20));
        assertEq(pass.earnedOf(7).usdc, 20_000);
        _buy(alice, 1, 10, address(usdc));
        assertEq(pass.basisOf(1).usdc, USDC_PRICE);
        assertEq(pass.poolOf(1).usdc, 40_000);
        pass.setCreditPrice(1, 0, GIM_PRICE);
        assertEq(pass.poolOf(1).usdc, 40_000); // not sold any more, and not touched
    }

    /* TOKEN */

    function test_transfer_creditsOnly() external {
        _buy(alice, 1, 10, address(usdc));
        pass.addPlan(Plan(5e6, 0, 6, 100));
        vm.startPrank(alice);
        pass.startTrial();
        pass.buyPlan(0, 1, address(usdc), 5e6, alice);
        pass.safeTransferFrom(alice, bob, 1, 4, "");
        assertEq(pass.balanceOf(bob, 1), 4);
        for (uint256 amount; amount < 2; ++amount) {
            vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotTransferable.selector, 1_000));
            pass.safeTransferFrom(alice, bob, 1_000, amount, "");
            vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotTransferable.selector, TRIAL));
            pass.safeTransferFrom(alice, bob, TRIAL, amount, "");
        }
        assertTrue(pass.isCredit(4));
        assertFalse(pass.isCredit(5));
    }
}

/// @notice A wallet with code.
contract Holder {
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }
}

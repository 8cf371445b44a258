// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IScoreRegistry} from "../../../contracts/interfaces/governance/IScoreRegistry.sol";
import {HookToken} from "../../../contracts/mocks/HookToken.sol";
import {TokenMock} from "../../../contracts/mocks/TokenMock.sol";
import {ServiceErrors} from "../../../contracts/libraries/ServiceErrors.sol";
import {AccessPass} from "../../../contracts/services/AccessPass.sol";
import {SignedUsage, UsageGroup} from "../../../contracts/types/ServiceTypes.sol";
import {AccessPassWorld} from "./AccessPassWorld.sol";

/// @title AccessPassAttacksTest
/// @notice What somebody would try who wants services for nothing, or money that is not his.
contract AccessPassAttacksTest is AccessPassWorld, Test {
    uint256 internal constant ALICE = 0xa11ce;
    uint256 internal constant MALLORY = 0xbad;
    uint256 internal constant KEY = 0xe1;
    address internal alice;
    address internal mallory;

    function setUp() external {
        _setUpWorld();
        alice = _payer(ALICE);
        mallory = _payer(MALLORY);
        _register(mallory);
    }

    /* REPLAY */

    function test_S91_receiptReplayAcrossChains() external {
        _buyAndLoad(alice, 1, 10);
        SignedUsage memory usage = _sign(ALICE, alice, 1, 7, 0, 4);
        bytes32 elsewhere = _domain(block.chainid + 1, address(pass));
        SignedUsage memory foreign = _signFor(elsewhere, ALICE, alice, 1, 7, SignedUsage(1, 4, LATER, 0, 0));
        assertEq(pass.settle(_group(alice, 1, 7, foreign)), 0);
        // The same contract at the same address after the chain split.
        vm.chainId(block.chainid + 1);
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 0);
        assertEq(pass.settle(_group(alice, 1, 7, foreign)), 1);
        assertEq(_meter(alice, 1), 6);
    }

    function test_attack_receiptReplayAcrossContracts() external {
        AccessPass other = new AccessPass(
            IERC20(address(usdc)),
            IERC20(address(gim)),
            IERC721(address(assets)),
            IScoreRegistry(address(scores)),
            splitter,
            address(this),
            ""
        );
        other.setCreditPrice(1, USDC_PRICE, GIM_PRICE);
        _buyAndLoad(alice, 1, 10);
        vm.startPrank(alice);
        usdc.approve(address(other), type(uint256).max);
        other.buyCredits(1, 10, address(usdc), 1e18, alice);
        other.load(1, 10);
        vm.stopPrank();
        UsageGroup[] memory groups = _group(alice, 1, 7, _sign(ALICE, alice, 1, 7, 0, 4));
        assertEq(other.settle(groups), 0);
        assertEq(pass.settle(groups), 1);
        (uint256 units, , ) = other.meterOf(alice, 1);
        assertEq(units, 10);
    }

    function test_S91_receiptReplayAcrossRelayers() external {
        _buyAndLoad(alice, 1, 10);
        UsageGroup[] memory twice = new UsageGroup[](2);
        twice[0] = _group(alice, 1, 7, _sign(ALICE, alice, 1, 7, 0, 4))[0];
        twice[1] = twice[0];
        vm.prank(makeAddr("relayer 1"));
        assertEq(pass.settle(twice), 1);
        vm.prank(makeAddr("relayer 2"));
        assertEq(pass.settle(twice), 0);
        assertEq(_meter(alice, 1), 6);
        assertEq(pass.supplyOf(1).used, 4);
        // Nor after its word of nonces was put away and fetched again.
        assertTrue(_use(ALICE, 1, 7, 1_000, 1));
        assertEq(pass.settle(twice), 0);
    }

    function test_attack_receiptForAnotherIdAssetOrAccount() external {
        _buyAndLoad(alice, 1, 10);
        _buyAndLoad(alice, 2, 10);
        _buyAndLoad(mallory, 1, 10);
        SignedUsage memory usage = _sign(ALICE, alice, 1, 7, 0, 4);
        assertEq(pass.settle(_group(alice, 2, 7, usage)), 0);
        assertEq(pass.settle(_group(alice, 1, 8, usage)), 0);
        assertEq(pass.settle(_group(mallory, 1, 7, usage)), 0);
        usage.units = 3;
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 0);
    }

    /* KEYS */

    function test_attack_receiptOfAKeyAfterItEnded() external {
        _buyAndLoad(alice, 1, 10);
        uint256 end = block.timestamp + 1 days;
        vm.prank(alice);
        pass.setKey(vm.addr(KEY), uint48(end));
        SignedUsage memory first = _sign(KEY, alice, 1, 7, 0, 1);
        SignedUsage memory second = _sign(KEY, alice, 1, 7, 1, 1);
        vm.warp(end - 1);
        assertEq(pass.settle(_group(alice, 1, 7, first)), 1);
        vm.warp(end);
        assertEq(pass.settle(_group(alice, 1, 7, second)), 0);
    }

    function test_attack_receiptOfAKeyAfterItWasReplaced() external {
        _buyAndLoad(alice, 1, 10);
        vm.startPrank(alice);
        pass.setKey(vm.addr(KEY), uint48(block.timestamp + 30 days));
        pass.setKey(vm.addr(KEY + 1), uint48(block.timestamp + 30 days));
        vm.stopPrank();
        uint256 end = block.timestamp + 2 hours;
        SignedUsage memory usage = _sign(KEY, alice, 1, 7, 0, 1);
        vm.warp(end);
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 0);
        assertEq(pass.settle(_group(alice, 1, 7, _sign(KEY + 1, alice, 1, 7, 0, 1))), 1);
    }

    /// @notice Services were used, then the key is changed, the nonce cancelled: what was signed is still paid.
    function test_attack_takingBackWhatAReceiptRestsOn() external {
        _buyAndLoad(alice, 1, 10);
        vm.startPrank(alice);
        pass.setKey(vm.addr(KEY), uint48(block.timestamp + 30 days));
        SignedUsage memory usage = _sign(KEY, alice, 1, 7, 0, 9);
        pass.requestCancelNonce(1, 0);
        pass.requestUnload(1, 10);
        pass.setKey(vm.addr(KEY + 1), uint48(block.timestamp + 1));
        pass.setKey(vm.addr(KEY), uint48(block.timestamp + 1));
        pass.setKey(address(0), 0);
        vm.expectRevert();
        pass.cancelNonce(1, 0);
        vm.expectRevert();
        pass.unload(1);
        vm.stopPrank();
        skip(2 hours - 1);
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 1);
    }

    /* DOUBLE SPENDING */

    function test_attack_spendingTwiceByTransfer() external {
        _buyAndLoad(alice, 1, 10);
        SignedUsage memory usage = _sign(ALICE, alice, 1, 7, 0, 10);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, alice, 0, 1, 1));
        pass.safeTransferFrom(alice, mallory, 1, 1, "");
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 1);
    }

    function test_attack_spendingTwiceByUnload() external {
        _buyAndLoad(alice, 1, 10);
        vm.startPrank(alice);
        pass.requestUnload(1, 10);
        skip(1 days - 1);
        SignedUsage memory usage = _sign(ALICE, alice, 1, 7, 0, 10);
        vm.expectRevert();
        pass.unload(1);
        vm.stopPrank();
        assertEq(pass.settle(_group(alice, 1, 7, usage)), 1);
        skip(1);
        vm.prank(alice);
        assertEq(pass.unload(1), 0);
        assertEq(pass.balanceOf(alice, 1), 0);
    }

    function test_attack_moreReceiptsThanCredits() external {
        _buyAndLoad(alice, 1, 10);
        uint256 counted;
        for (uint256 nonce; nonce < 5; ++nonce) if (_use(ALICE, 1, 7, nonce, 3)) ++counted;
        assertEq(counted, 3);
        assertEq(_meter(alice, 1), 1);
    }

    /* TRIALS */

    /// @notice n addresses have n times the quota, and no more; none of it moves or earns.
    function test_S95_trialFarming() external {
        uint256 used;
        for (uint256 i = 1; i <= 8; ++i) {
            uint256 secret = 0x7000 + i;
            address farmer = vm.addr(secret);
            vm.startPrank(farmer);
            pass.startTrial();
            vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_TrialUsed.selector, farmer));
            pass.startTrial();
            vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotTransferable.selector, TRIAL));
            pass.safeTransferFrom(farmer, mallory, TRIAL, 50, "");
            vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_NotCredits.selector, TRIAL));
            pass.requestUnload(TRIAL, 50);
            vm.stopPrank();
            for (uint256 nonce; nonce < 6; ++nonce) if (_use(secret, TRIAL, 8, nonce, 10)) used += 10;
        }
        assertEq(used, 8 * 50);
        assertEq(pass.supplyOf(TRIAL).used, 8 * 50);
        assertEq(pass.outstandingOf(TRIAL), 0);
        assertEq(pass.earnedOf(8).usdc + pass.earnedOf(8).gim, 0);
        skip(8 days);
        vm.startPrank(vm.addr(0x7001));
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.AccessPass_TrialUsed.selector, vm.addr(0x7001)));
        pass.startTrial();
    }

    /* OWN ASSET */

    function test_attack_ownAssetAfterAPriceCut() external {
        _buyAndLoad(alice, 1, 1_000);
        pass.setCreditPrice(1, USDC_PRICE / 10, 0);
        scores.setDiscount(mallory, 5_000);
        uint256 paid = _buy(mallory, 1, 1_000, address(usdc));
        _load(mallory, 1, 1_000);
        assertTrue(_use(MALLORY, 1, 8, 0, 1_000));
        assertLt(pass.earnedOf(8).usdc, paid);
    }

    function test_attack_ownAssetAfterAPriceRise() external {
        scores.setDiscount(mallory, 5_000);
        uint256 paid = _buy(mallory, 1, 1_000, address(usdc));
        _load(mallory, 1, 1_000);
        pass.setCreditPrice(1, USDC_PRICE * 10, 0);
        _buyAndLoad(alice, 1, 100_000);
        assertTrue(_use(MALLORY, 1, 8, 0, 1_000));
        assertLt(pass.earnedOf(8).usdc, paid);
    }

    /// @notice Whatever others buy and use and whatever the owner does to the price, in any order.
    function testFuzz_attack_ownAssetWithTheLargestDiscountNeverGains(uint256 seed) external {
        scores.setDiscount(mallory, 5_000);
        pass.setCreditPrice(1, 100, 0);
        uint256 paid;
        uint256 nonce;
        for (uint256 step; step < 24; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 units = 1 + ((seed >> 8) % ((seed >> 40) % 3 == 0 ? 3 : 2_000));
            uint256 kind = seed % 6;
            if (kind == 0) {
                paid += _buy(mallory, 1, units, address(usdc));
                _load(mallory, 1, units);
            } else if (kind == 1) {
                _buyAndLoad(alice, 1, units);
            } else if (kind == 2) {
                uint256 held = _meter(alice, 1);
                if (held != 0) _use(ALICE, 1, 7, nonce++, units > held ? held : units);
            } else if (kind == 3) {
                pass.setCreditPrice(1, uint96(100 + ((seed >> 64) % 3_000)), 0);
            } else {
                uint256 held = _meter(mallory, 1);
                if (held != 0) _use(MALLORY, 1, 8, nonce++, units > held ? held : units);
            }
            assertLe(pass.earnedOf(8).usdc, paid);
        }
    }

    /* LIVENESS */

    function test_attack_oneBadReceiptStopsNobody() external {
        _buyAndLoad(alice, 1, 10);
        UsageGroup[] memory groups = new UsageGroup[](9);
        SignedUsage memory good = _sign(ALICE, alice, 1, 7, 0, 1);
        SignedUsage memory none = SignedUsage(9, 1, LATER, 0, 0);
        SignedUsage memory wild = SignedUsage(9, 1, LATER, bytes32(type(uint256).max), bytes32(type(uint256).max));
        groups[0] = _group(alice, 1, 7, none)[0];
        groups[1] = _group(address(0), 1, 7, none)[0];
        groups[2] = _group(alice, 1, 7, wild)[0];
        groups[3] = _group(alice, 1_000, 7, none)[0];
        groups[4] = _group(alice, type(uint256).max, 7, none)[0];
        groups[5] = _group(alice, 1, 7, SignedUsage(type(uint256).max, 1, LATER, 0, 0))[0];
        groups[6] = _group(alice, TRIAL, 7, none)[0];
        groups[7] = UsageGroup(alice, 1, 7, new SignedUsage[](0));
        groups[8] = _group(alice, 1, 7, good)[0];
        assertEq(pass.settle(groups), 1);
        assertEq(_meter(alice, 1), 9);
    }

    /* REENTRANCY */

    function test_attack_reentrancyThroughAReceiver() external {
        _buyAndLoad(alice, 1, 10);
        UsageGroup[] memory groups = _group(alice, 1, 8, _sign(ALICE, alice, 1, 8, 0, 5));
        bytes[5] memory calls = [
            abi.encodeCall(pass.settle, (groups)),
            abi.encodeCall(pass.buyCredits, (1, 1, address(usdc), 1e18, alice)),
            abi.encodeCall(pass.load, (1, 5)),
            abi.encodeCall(pass.unload, (1)),
            abi.encodeCall(pass.flush, (address(usdc)))
        ];
        for (uint256 i; i < calls.length; ++i) {
            Intruder intruder = new Intruder(address(pass), calls[i]);
            vm.prank(alice);
            pass.buyCredits(1, 5, address(usdc), 1e18, address(intruder));
            assertEq(intruder.reason(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            assertEq(pass.balanceOf(address(intruder), 1), 5);
            // What it saw was closed: the units it got are counted, and in its wallet.
            assertEq(intruder.outstandingSeen(), 10 + 5 * (i + 1));
            assertEq(intruder.balanceSeen(), 5);
        }
    }

    function test_attack_reentrancyThroughACurrency() external {
        _buyAndLoad(alice, 1, 10);
        _buy(mallory, 1, 10, address(gim));
        assertTrue(_use(ALICE, 1, 8, 0, 5));
        assertTrue(_use(ALICE, 1, 0, 1, 2));
        bytes memory again = abi.encodeCall(pass.claimEarned, (8, address(gim)));
        uint256 due = pass.earnedOf(8).gim;
        gim.setHook(address(pass), again);
        assertEq(pass.claimEarned(8, address(gim)), due);
        _requireRefused(gim);
        gim.setHook(address(pass), abi.encodeCall(pass.flush, (address(usdc))));
        pass.flush(address(gim));
        _requireRefused(gim);
        usdc.setHook(
            address(pass),
            abi.encodeCall(pass.settle, (_group(alice, 1, 8, _sign(ALICE, alice, 1, 8, 2, 1))))
        );
        _buy(mallory, 1, 10, address(usdc));
        _requireRefused(usdc);
        assertEq(_meter(alice, 1), 3);
    }

    function _requireRefused(HookToken token) private view {
        assertFalse(token.hookSucceeded());
        assertEq(bytes4(token.hookReason()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_attack_aCurrencyThatKeepsAFee() external {
        TollToken toll = new TollToken();
        AccessPass other = new AccessPass(
            IERC20(address(toll)),
            IERC20(address(gim)),
            IERC721(address(assets)),
            IScoreRegistry(address(scores)),
            splitter,
            address(this),
            ""
        );
        other.setCreditPrice(1, USDC_PRICE, 0);
        toll.mint(alice, 1e9);
        vm.startPrank(alice);
        toll.approve(address(other), type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(ServiceErrors.AccessPass_TransferInexact.selector, address(toll), 39_999, 40_000)
        );
        other.buyCredits(1, 10, address(toll), 1e18, alice);
    }
}

/// @notice Keeps one raw token of every transfer.
contract TollToken is TokenMock {
    constructor() TokenMock("Toll", "TOLL", 6) {}

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) super._update(to, address(0xdead), 1);
    }
}

/// @notice Calls back when credits come in.
contract Intruder {
    AccessPass private immutable _pass;
    bytes private _call;
    bytes4 public reason;
    uint256 public outstandingSeen;
    uint256 public balanceSeen;

    constructor(address pass, bytes memory call) {
        _pass = AccessPass(pass);
        _call = call;
    }

    function onERC1155Received(address, address, uint256 id, uint256, bytes calldata) external returns (bytes4) {
        outstandingSeen = _pass.outstandingOf(id);
        balanceSeen = _pass.balanceOf(address(this), id);
        (, bytes memory answer) = address(_pass).call(_call);
        reason = bytes4(answer);
        return this.onERC1155Received.selector;
    }
}

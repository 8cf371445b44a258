// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {AssetRegistry} from "../../contracts/AssetRegistry.sol";
import {Buyback} from "../../contracts/governance/Buyback.sol";
import {Compounder} from "../../contracts/governance/Compounder.sol";
import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {RevenueDistributor} from "../../contracts/governance/RevenueDistributor.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {IIndexFactory} from "../../contracts/interfaces/IIndexFactory.sol";
import {IIndexLens} from "../../contracts/interfaces/IIndexLens.sol";
import {IKeeperRegistry} from "../../contracts/interfaces/IKeeperRegistry.sol";
import {LooseVaultMock} from "../../contracts/mocks/LooseVaultMock.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Zap} from "../../contracts/periphery/Zap.sol";
import {CompoundMode, CompoundOrder, CompoundPolicy, IndexOrder, Lock} from "../../contracts/types/GovernanceTypes.sol";

/// @title CompounderHandler
/// @notice Eight holders with locks of every kind, weekly revenue in GIM and dollars, policies of every mode, and callers
/// with and without leave. No route and no feed is set, so what would be traded is paid out.
/// @dev An action never reverts: a broken law is kept in `violation`.
contract CompounderHandler is Test {
    uint256 internal constant HOLDERS = 8;
    uint256 internal constant WEEK = 7 days;

    /// @dev What an account has at one moment.
    struct Wealth {
        uint256 gim; // {GIM wei} outside the lock
        uint256 usd; // {raw tokens}
        Lock lock;
    }

    GovernanceToken public gim;
    TokenMock public usd;
    VotingEscrow public escrow;
    RevenueDistributor public distributor;
    Compounder public compounder;
    address private _vault;

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    mapping(bytes32 name => uint256 times) private _done;

    address[] private _holders;
    address private _keeper = makeAddr("keeper");
    mapping(address token => uint256) private _donated; // {raw tokens} that nobody has taken yet
    uint256 private _entropy; // number of draws

    constructor() {
        vm.warp(1_800_000_000);
        gim = new GovernanceToken(address(this));
        usd = new TokenMock("USD", "USD", 6);
        usd.mint(address(this), 2 ** 100);
        escrow = new VotingEscrow(gim, address(this), makeAddr("penalties"));
        LooseVaultMock index = new LooseVaultMock(new address[](0), new uint256[](0), false);
        _vault = address(index);
        IIndexFactory factory = IIndexFactory(_vault);
        distributor = new RevenueDistributor(escrow, factory, address(this), 1e18);
        AssetRegistry registry = new AssetRegistry(address(this), IKeeperRegistry(_vault), address(0), 0);
        Buyback buyback = new Buyback(gim, _vault, address(this));
        Zap zap = new Zap(factory, _vault, _vault, _vault);
        compounder = new Compounder(distributor, buyback, zap, IIndexLens(_vault), registry, _vault);
        escrow.setDepositor(address(compounder), true);
        distributor.setRewardToken(address(gim), true);
        distributor.setRewardToken(address(usd), true);
        gim.approve(address(distributor), type(uint256).max);
        usd.approve(address(distributor), type(uint256).max);
        for (uint256 k; k < HOLDERS; ++k) {
            address holder = makeAddr(string(abi.encodePacked("holder", k)));
            _holders.push(holder);
            gim.transfer(holder, 1e25);
            vm.prank(holder);
            gim.approve(address(escrow), type(uint256).max);
        }
    }

    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, block.timestamp)));
        if (_rand(4) == 0) skip(_rand(3) == 0 ? _rand(60 days) : _rand(3 days));
        if (_rand(6) == 0) vm.warp(((block.timestamp + WEEK) / WEEK) * WEEK - _rand(2));
        _;
        _check(
            gim.balanceOf(address(compounder)) == _donated[address(gim)] &&
                usd.balanceOf(address(compounder)) == _donated[address(usd)],
            "the compounder holds nothing between calls"
        );
    }

    /* HOLDERS */

    function lock(uint256 seed) external action(seed) {
        address holder = _holder();
        Lock memory held = escrow.locked(holder);
        uint256 end = ((block.timestamp + (1 + _rand(51)) * WEEK) / WEEK) * WEEK;
        if (held.amount != 0 && !held.permanent && held.end <= block.timestamp) {
            if (_rand(3) != 0) return; // some stay expired for a while
            vm.prank(holder);
            escrow.withdraw();
        } else if (held.end > end || held.permanent) {
            end = 0;
        }
        vm.prank(holder);
        (bool worked, ) = address(escrow).call(abi.encodeCall(VotingEscrow.lock, (1e18 + _rand(1e23), end)));
        if (worked) _did("lock");
    }

    function setPermanent(uint256 seed) external action(seed) {
        if (_rand(2) == 0) return;
        vm.prank(_holder());
        (bool worked, ) = address(escrow).call(abi.encodeCall(VotingEscrow.setPermanent, (_rand(2) == 0)));
        if (worked) _did("setPermanent");
    }

    function exit(uint256 seed) external action(seed) {
        if (_rand(3) != 0) return;
        vm.prank(_holder());
        (bool worked, ) = address(escrow).call(abi.encodeCall(VotingEscrow.earlyExit, (type(uint256).max)));
        if (worked) _did("leave");
    }

    function choose(uint256 seed) external action(seed) {
        CompoundMode mode = CompoundMode(_rand(4));
        bool trades = mode == CompoundMode.SWAP_AND_LOCK || mode == CompoundMode.INDEX;
        CompoundPolicy memory policy = CompoundPolicy({
            mode: mode,
            anyone: _rand(3) != 0,
            maxFeeBps: uint16(_rand(201)),
            maxSlippageBps: trades ? uint16(1 + _rand(1_000)) : 0,
            vault: mode == CompoundMode.INDEX ? _vault : address(0)
        });
        address holder = _holder();
        vm.prank(holder);
        compounder.setPolicy(policy);
        vm.prank(holder);
        distributor.setClaimer(_rand(6) == 0 ? address(0) : address(compounder));
        _did("choose");
    }

    /* REVENUE */

    function pay(uint256 seed) external action(seed) {
        address token = _token();
        distributor.notify(token, 1 + _rand(_rand(2) == 0 ? 100 : 1e22));
        skip(_rand(2) * WEEK);
        _did("pay");
    }

    function donate(uint256 seed) external action(seed) {
        if (_rand(4) != 0) return;
        address token = _token();
        uint256 amount = 1 + _rand(1e18);
        TokenMock(token).transfer(address(compounder), amount);
        _donated[token] += amount;
        _did("donate");
    }

    /* COMPOUNDING */

    function compound(uint256 seed) external action(seed) {
        (CompoundOrder memory order, address caller) = _order();
        bool must = _mayCompound(order, caller);
        Wealth memory before = _wealthOf(order.account);
        Wealth memory keeper = _wealthOf(_keeper);
        (uint256 gimIn, uint256 usdIn) = _incomeOf(order);
        vm.prank(caller);
        (bool worked, ) = address(compounder).call(abi.encodeCall(Compounder.compound, (order)));
        _check(worked == must, "an account is compounded with its leave, and not without");
        if (!worked) return _checkSame(before, _wealthOf(order.account));
        _settle(order, caller, before, keeper, gimIn, usdIn);
        _did("compound");
    }

    /// @dev Two orders of which each stands alone.
    function compoundMany(uint256 seed) external action(seed) {
        CompoundOrder[] memory orders = new CompoundOrder[](2);
        (orders[0], ) = _order();
        (orders[1], ) = _order();
        if (orders[0].account == orders[1].account) return;
        bool first = _mayCompound(orders[0], _keeper);
        bool second = _mayCompound(orders[1], _keeper);
        Wealth memory one = _wealthOf(orders[0].account);
        Wealth memory two = _wealthOf(orders[1].account);
        vm.prank(_keeper);
        (bool worked, ) = address(compounder).call(abi.encodeCall(Compounder.compoundMany, (orders)));
        _check(worked, "a batch does not fail because of one account");
        if (!first) _checkSame(one, _wealthOf(orders[0].account));
        if (!second) _checkSame(two, _wealthOf(orders[1].account));
        if (first) _checkLock(one.lock, escrow.locked(orders[0].account));
        if (second) _checkLock(two.lock, escrow.locked(orders[1].account));
        if (first || second) {
            for (uint256 k; k < orders[0].tokens.length && first; ++k) _donated[orders[0].tokens[k]] = 0;
            for (uint256 k; k < orders[1].tokens.length && second; ++k) _donated[orders[1].tokens[k]] = 0;
            _did(first != second ? "compoundSome" : "compoundBoth");
        }
    }

    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    /* LAWS */

    function _settle(
        CompoundOrder memory order,
        address caller,
        Wealth memory before,
        Wealth memory keeper,
        uint256 gimIn,
        uint256 usdIn
    ) private {
        for (uint256 k; k < order.tokens.length; ++k) _donated[order.tokens[k]] = 0;
        Wealth memory now_ = _wealthOf(order.account);
        _checkLock(before.lock, now_.lock);
        uint256 gimFee = caller == order.account ? 0 : (gimIn * order.feeBps) / 10_000;
        uint256 usdFee = caller == order.account ? 0 : (usdIn * order.feeBps) / 10_000;
        _check(
            now_.gim + now_.lock.amount == before.gim + before.lock.amount + gimIn - gimFee &&
                now_.usd == before.usd + usdIn - usdFee,
            "everything goes to the account but the fee"
        );
        if (caller == _keeper) {
            Wealth memory paid = _wealthOf(_keeper);
            _check(paid.gim == keeper.gim + gimFee && paid.usd == keeper.usd + usdFee, "the caller gets his fee");
        }
        CompoundMode mode = compounder.policyOf(order.account).mode;
        bool locks = mode == CompoundMode.LOCK || mode == CompoundMode.SWAP_AND_LOCK;
        if (locks && _isRunning(before.lock)) {
            _check(now_.gim == before.gim + (caller == order.account ? _ownFee(order, gimIn) : 0), "GIM is locked");
            if (gimIn != 0) _did("topUp");
        } else {
            _check(now_.lock.amount == before.lock.amount, "no lock is touched without a running one or the wish");
            if (locks && gimIn != 0) _did("paidOutInstead");
        }
    }

    /// @dev An account that calls itself gets its fee back in hand.
    function _ownFee(CompoundOrder memory order, uint256 amount) private pure returns (uint256) {
        return (amount * order.feeBps) / 10_000;
    }

    function _checkLock(Lock memory before, Lock memory held) private {
        _check(
            held.end == before.end && held.permanent == before.permanent && held.amount >= before.amount,
            "I-15: compounding never shortens a lock, nor empties it"
        );
    }

    function _checkSame(Wealth memory before, Wealth memory now_) private {
        _check(keccak256(abi.encode(before)) == keccak256(abi.encode(now_)), "a refused call changes nothing");
    }

    function _mayCompound(CompoundOrder memory order, address caller) private view returns (bool) {
        CompoundPolicy memory policy = compounder.policyOf(order.account);
        return
            (caller == order.account || policy.anyone) &&
            order.feeBps <= policy.maxFeeBps &&
            distributor.claimerOf(order.account) == address(compounder);
    }

    /* PLUMBING */

    /// @dev Mostly within the policy; some tokens twice.
    function _order() private returns (CompoundOrder memory order, address caller) {
        order.account = _holder();
        order.tokens = new address[](1 + _rand(3));
        for (uint256 k; k < order.tokens.length; ++k) order.tokens[k] = _token();
        uint256 maxFee = compounder.policyOf(order.account).maxFeeBps;
        order.feeBps = uint16(_rand(8) == 0 ? maxFee + 1 : _rand(maxFee + 1));
        order.deposits = new IndexOrder[](0);
        caller = _rand(3) == 0 ? order.account : _keeper;
    }

    /// @dev What the order brings of each token, donations included.
    function _incomeOf(CompoundOrder memory order) private view returns (uint256 gimIn, uint256 usdIn) {
        for (uint256 k; k < order.tokens.length; ++k) {
            uint256 amount = distributor.claimable(order.account, order.tokens[k]) + _donated[order.tokens[k]];
            if (order.tokens[k] == address(gim)) gimIn = amount;
            else usdIn = amount;
        }
    }

    function _wealthOf(address account) private view returns (Wealth memory) {
        return Wealth(gim.balanceOf(account), usd.balanceOf(account), escrow.locked(account));
    }

    function _isRunning(Lock memory held) private view returns (bool) {
        return held.amount != 0 && (held.permanent || held.end > block.timestamp);
    }

    function _holder() private returns (address) {
        return _holders[_rand(HOLDERS)];
    }

    function _token() private returns (address) {
        return _rand(3) == 0 ? address(usd) : address(gim);
    }

    function _rand(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }

    function _check(bool holds, string memory law) private {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) private {
        ++_done[keccak256(bytes(name))];
    }
}

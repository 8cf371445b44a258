// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {RevenueDistributor} from "../../contracts/governance/RevenueDistributor.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {IIndexFactory} from "../../contracts/interfaces/IIndexFactory.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Lock, Pot, RevenueEpoch} from "../../contracts/types/GovernanceTypes.sol";

/// @title RevenueLedger
/// @notice Twelve holders, four reward tokens (18 and 6 decimals, one with a fee on transfers, GIM itself), and the books of
/// the distributor kept beside it in the plainest way: a list of pots, week by week, and a loop over them.
/// @dev The twin receives the same payments, but is never told to share a pot out and pays everybody once, at the end.
/// An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
abstract contract RevenueLedger is CommonBase, StdCheats {
    /// @dev What a week shares out.
    struct Shared {
        uint256 week;
        uint256 pot; // {raw tokens}
        uint256 supply; // {veGIM wei} when the week began
    }

    uint256 internal constant WEEK = 7 days;
    uint256 internal constant TERM = 52 * WEEK;
    uint256 internal constant HOLDERS = 12;
    uint256 internal constant TOKENS = 4;
    uint256 internal constant MIN_SUPPLY = 10_000e18;

    GovernanceToken public immutable gim;
    VotingEscrow public immutable escrow;
    RevenueDistributor public immutable distributor;
    RevenueDistributor public immutable twin;

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    /// @notice How often each action changed something.
    mapping(bytes32 name => uint256 times) private _done;

    address[HOLDERS] internal _accounts;
    address[TOKENS] internal _tokens;
    address internal immutable _claimer = makeAddr("claimer");
    address internal immutable _purse = makeAddr("purse");
    uint256 internal _entropy;

    mapping(address token => uint256) internal _paid; // {raw tokens} that arrived
    mapping(address token => uint256) internal _claimed; // {raw tokens}
    mapping(address token => uint256) internal _donated; // {raw tokens} sent without `notify`
    mapping(address token => uint256) internal _claims; // that paid something or nothing
    mapping(address account => mapping(address token => uint256)) internal _got; // {raw tokens}
    mapping(address account => mapping(address token => uint256)) internal _times; // claims made
    mapping(address token => mapping(uint256 week => uint256)) private _paidIn; // {raw tokens}
    mapping(address token => Shared[]) private _shared;
    mapping(address token => uint256) private _reached; // first week that the list does not know
    mapping(address token => uint256) private _carried; // {raw tokens} of weeks with too little locked

    constructor() {
        vm.warp(2_900 * WEEK + 3 days);
        gim = new GovernanceToken(address(this));
        escrow = new VotingEscrow(gim, address(this), address(this));
        IIndexFactory factory = IIndexFactory(address(this)); // never asked: every token is listed or removed
        distributor = new RevenueDistributor(escrow, factory, address(this), MIN_SUPPLY);
        twin = new RevenueDistributor(escrow, factory, address(this), MIN_SUPPLY);
        HostileToken dear = new HostileToken(18);
        dear.setMode(HostileToken.Mode.FEE);
        _tokens = [
            address(new TokenMock("Eighteen", "E", 18)),
            address(new TokenMock("Six", "S", 6)),
            address(dear),
            address(gim)
        ];
        for (uint256 t; t < TOKENS; ++t) {
            _reached[_tokens[t]] = block.timestamp / WEEK;
            distributor.setRewardToken(_tokens[t], true);
            twin.setRewardToken(_tokens[t], true);
            IERC20(_tokens[t]).approve(address(distributor), type(uint256).max);
            IERC20(_tokens[t]).approve(address(twin), type(uint256).max);
        }
        for (uint256 i; i < HOLDERS; ++i) {
            _accounts[i] = makeAddr(string.concat("holder ", vm.toString(i)));
            gim.transfer(_accounts[i], 50_000_000e18);
            vm.prank(_accounts[i]);
            gim.approve(address(escrow), type(uint256).max);
        }
    }

    /* WHAT IS TRUE */

    /// @dev Lists the pots of all weeks that are over. What a week cannot share, the next one adds to its own.
    function _advance(address token) internal {
        uint256 current = block.timestamp / WEEK;
        uint256 carried = _carried[token];
        for (uint256 week = _reached[token]; week < current; ++week) {
            carried += _paidIn[token][week];
            if (carried == 0) continue;
            uint256 supply = escrow.totalSupplyAt(week * WEEK);
            if (supply < MIN_SUPPLY) continue;
            _shared[token].push(Shared(week, carried, supply));
            carried = 0;
        }
        (_reached[token], _carried[token]) = (current, carried);
    }

    /// @dev {raw tokens} of an account from the pots [from, to), pot by pot, each rounded down.
    function _naive(address account, address token, uint256 from, uint256 to) internal view returns (uint256 sum) {
        for (uint256 k = from; k < to; ++k) {
            Shared storage entry = _shared[token][k];
            sum += (escrow.balanceOfAt(account, entry.week * WEEK) * entry.pot) / entry.supply;
        }
    }

    function _noted(address token, uint256 amount) internal {
        _paid[token] += amount;
        _paidIn[token][block.timestamp / WEEK] += amount;
    }

    /// @dev {raw tokens} that arrive when `amount` is sent.
    function _arriving(address token, uint256 amount) internal view returns (uint256) {
        return token == _tokens[2] ? amount - (amount + 99) / 100 : amount;
    }

    /* LAWS */

    /// @dev I-11, after every action.
    function _checkBooks() internal {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _tokens[t];
            uint256 held = distributor.accounted(token);
            _check(_claimed[token] <= _paid[token], "I-11: no more is claimed than was paid in");
            _check(held == _paid[token] - _claimed[token], "I-11: accounted is what was paid in less what was claimed");
            uint256 balance = IERC20(token).balanceOf(address(distributor));
            _check(balance == held + _donated[token], "I-11: accounted is the balance, less what came without notice");
        }
    }

    /// @dev The list of pots and the contract's agree. `isFinal`: every pot of a finished week must be there.
    function _checkPots(RevenueDistributor which, address token, bool isFinal) internal {
        _advance(token);
        Pot memory pot = which.potOf(token);
        uint256 known = _shared[token].length;
        _check(pot.epochs <= known, "I-14: a pot is shared out once, and not before its week is over");
        if (isFinal) _check(pot.epochs == known, "I-14: every pot of a finished week is shared out");
        uint256 sum = pot.amount;
        for (uint256 k; k < pot.epochs && k < known; ++k) sum += _shared[token][k].pot;
        _check(sum == _paid[token], "I-14: what was paid in is in a pot that was shared out, or in the open one");
        if (pot.epochs == 0 || pot.epochs > known) return;
        Shared storage last = _shared[token][pot.epochs - 1];
        RevenueEpoch memory said = which.epochAt(token, pot.epochs - 1);
        _check(said.week == last.week, "I-14: a pot that a week cannot share goes to the next week that can");
    }

    /// @dev I-12 for one claim of the pots [from, to).
    function _checkClaim(address account, address token, uint256 from, uint256 to, uint256 amount) internal {
        _check(to <= _shared[token].length, "I-12: only pots of finished weeks are claimed");
        if (to > _shared[token].length) return;
        uint256 naive = _naive(account, token, from, to);
        _check(
            amount <= naive + (to - from) && amount + 1 >= naive,
            "I-12: a claim is what a loop over the weeks gives, within a raw token a week"
        );
        _claimed[token] += amount;
        _got[account][token] += amount;
        if (to != from) {
            ++_claims[token];
            ++_times[account][token];
        }
    }

    /* TOOLS */

    function _check(bool holds, string memory law) internal {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) internal {
        ++_done[keccak256(bytes(name))];
    }

    /// @notice How often an action changed something.
    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    function _rand(uint256 range) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % range;
    }

    function _isRunning(address account) internal view returns (bool) {
        Lock memory lock = escrow.locked(account);
        return lock.permanent || lock.end > block.timestamp;
    }

    /// @dev A call of `account` that may fail.
    function _try(address account, address target, bytes memory call_) internal returns (bool worked, bytes4 reason) {
        vm.prank(account);
        bytes memory answer;
        (worked, answer) = target.call(call_);
        reason = bytes4(answer);
    }
}

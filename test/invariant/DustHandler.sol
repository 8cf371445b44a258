// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {DustCrowd} from "../../contracts/mocks/DustCrowd.sol";
import {Lock} from "../../contracts/types/GovernanceTypes.sol";

/// @title DustHandler
/// @notice Twelve holders, and a crowd that keeps sending dust votes to the first of them. What the escrow spends on
/// each call is measured.
contract DustHandler is Test {
    uint256 private constant WEEK = 7 days; // {s}
    uint256 private constant TERM = 364 days; // {s} 52 weeks, and the least lock {GIM wei}
    uint256 private constant HOLDERS = 12;
    /// @dev {gas} executed. The dearest call moves a delegated lock to an end that nobody has yet, after a year of silence:
    /// both sums then read every week of it. No crowd makes it dearer.
    uint256 private constant CALL_CEILING = 260_000;
    /// @dev {gas} executed. A vote of 200,000 has more left for reading votes.
    uint256 private constant READ_CEILING = 80_000;

    VotingEscrow public immutable escrow;
    DustCrowd public immutable crowd;
    string public violation;
    mapping(string name => uint256 count) public times;
    mapping(string name => uint256 gas) public most;

    constructor() {
        vm.warp(2_800 * WEEK + 3 days);
        GovernanceToken token = new GovernanceToken(address(this));
        escrow = new VotingEscrow(token, address(this), address(this));
        for (uint256 i; i < HOLDERS; ++i) {
            require(token.transfer(_holder(i), 1_000_000e18));
            vm.prank(_holder(i));
            token.approve(address(escrow), type(uint256).max);
        }
        crowd = new DustCrowd(escrow, _holder(0));
        require(token.transfer(address(crowd), 1e18));
        escrow.setDepositor(address(crowd), true);
        crowd.grow(60, TERM, 49);
    }

    /* ACTIONS */

    function dust(uint256 seed) external {
        crowd.grow(1 + (seed % 5), TERM, 49);
        ++times["dust"];
    }

    function lock(uint256 seed) external {
        address account = _holder(seed % HOLDERS);
        Lock memory held = escrow.locked(account);
        if (held.amount != 0 && !held.permanent && held.end <= block.timestamp) return _withdraw(account);
        uint256 latest = ((block.timestamp + TERM) / WEEK) * WEEK;
        uint256 end = latest - ((seed >> 8) % 51) * WEEK;
        if (held.permanent || end < held.end) end = 0;
        _call("lock", account, abi.encodeCall(VotingEscrow.lock, (TERM + ((seed >> 16) % 1_000e18), end)));
    }

    function delegate(uint256 seed) external {
        address to = _holder((seed >> 8) % HOLDERS);
        _call("delegate", _holder(seed % HOLDERS), abi.encodeCall(VotingEscrow.delegate, (to)));
    }

    function turn(uint256 seed) external {
        address account = _holder(seed % HOLDERS);
        Lock memory held = escrow.locked(account);
        if (held.amount == 0 || (!held.permanent && held.end <= block.timestamp)) return;
        _call("turn", account, abi.encodeCall(VotingEscrow.setPermanent, (!held.permanent)));
    }

    function exit(uint256 seed) external {
        address account = _holder(seed % HOLDERS);
        Lock memory held = escrow.locked(account);
        if (held.amount == 0 || (!held.permanent && held.end <= block.timestamp)) return;
        if (block.timestamp < held.heldSince + escrow.MIN_HOLD()) return;
        _call("exit", account, abi.encodeCall(VotingEscrow.earlyExit, (type(uint256).max)));
    }

    /// @dev Votes of one who may be the crowd's voter, at a second of the last three weeks, as a proposal reads them.
    function readVotes(uint256 seed) external {
        address account = _holder((seed >> 8) % 2 == 0 ? 0 : seed % HOLDERS);
        uint256 timestamp = block.timestamp - 1 - ((seed >> 16) % (3 * WEEK));
        uint256 before = gasleft();
        escrow.getPastVotes(account, timestamp);
        _note("readVotes", before - gasleft(), READ_CEILING);
    }

    function wait(uint256 seed) external {
        uint256 span = seed % 4 == 0 ? (seed >> 8) % (20 * WEEK) : (seed >> 8) % (3 days);
        vm.warp(block.timestamp + span);
        if (seed % 5 == 0) vm.warp((block.timestamp / WEEK + 1) * WEEK);
    }

    /* INTERNAL */

    function _withdraw(address account) private {
        _call("withdraw", account, abi.encodeCall(VotingEscrow.withdraw, ()));
    }

    function _call(string memory name, address account, bytes memory data) private {
        vm.prank(account);
        uint256 before = gasleft();
        (bool worked, ) = address(escrow).call(data);
        uint256 spent = before - gasleft();
        if (!worked) violation = string.concat("I-20: refused: ", name);
        _note(name, spent, CALL_CEILING);
    }

    function _note(string memory name, uint256 spent, uint256 ceiling) private {
        ++times[name];
        if (spent > most[name]) most[name] = spent;
        if (spent > ceiling) violation = string.concat("I-20: too dear: ", name, " ", vm.toString(spent));
    }

    function _holder(uint256 i) private pure returns (address) {
        return address(uint160(0xD057000 + i));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {OptimisticModule} from "../../contracts/governance/OptimisticModule.sol";
import {TimelockFactory} from "../../contracts/governance/TimelockFactory.sol";
import {IKeeperRegistryAdmin} from "../../contracts/interfaces/IKeeperRegistryAdmin.sol";
import {OwnedMock} from "../../contracts/mocks/OwnedMock.sol";
import {HandOver, OptimisticCall, OptimisticState, SetupCall} from "../../contracts/types/GovernanceTypes.sol";
import {TimelockWorld} from "./TimelockWorld.sol";

/// @title TimelockHandler
/// @notice Everything that can be done to the timelock: by its governor and its module as votes and vetoes let them, and
/// by everybody else at its own doors.
contract TimelockHandler is TimelockWorld {
    struct Case {
        uint256 id; // number of the governor
        address target;
        bytes data;
        bytes32 salt; // of its description
        bool wantsRoles; // voted down
    }

    Case[] private _cases;
    OptimisticCall[][] private _quiet; // by id of the module, from 1

    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, _cases.length, block.timestamp)));
        skip(_rand(4) == 0 ? _rand(1 days) : _rand(2 hours));
        _;
        _checkSilence();
    }

    /* THE GOVERNOR'S WAY */

    function propose(uint256 seed) external action(seed) {
        _propose();
    }

    function vote(uint256 seed) external action(seed) {
        if (_cases.length != 0) _vote(_recent(IGovernor.ProposalState.Pending));
    }

    function queue(uint256 seed) external action(seed) {
        if (_cases.length != 0) _queue(_recent(IGovernor.ProposalState.Active));
    }

    /// @dev From the proposal to the timelock, where others find it.
    function pass(uint256 seed) external action(seed) {
        _propose();
        _vote(_cases.length - 1);
        _queue(_cases.length - 1);
    }

    function execute(uint256 seed) external action(seed) {
        if (_cases.length == 0) return;
        Case storage one = _cases[_recent(IGovernor.ProposalState.Queued)];
        uint256 eta = governor.proposalEta(one.id);
        if (eta > block.timestamp && _rand(4) != 0) vm.warp(eta);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _lists(one.target, one.data);
        bool direct = _rand(3) == 0;
        bytes memory call_ =
            direct
                ? abi.encodeCall(
                    TimelockController.executeBatch,
                    (targets, values, calldatas, 0, bytes32(bytes20(address(governor))) ^ one.salt)
                )
                : abi.encodeCall(IGovernor.execute, (targets, values, calldatas, one.salt));
        bool worked = _try(_anyone(), direct ? address(timelock) : address(governor), call_);
        _check(!worked || (eta != 0 && block.timestamp >= eta), "I-19: nothing is executed before its time");
        if (worked) _did(direct ? "executeDirectly" : "execute");
    }

    function cancel(uint256 seed) external action(seed) {
        if (_cases.length == 0) return;
        Case storage one = _cases[_recent(IGovernor.ProposalState.Queued)];
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _lists(one.target, one.data);
        bytes memory call_ = abi.encodeCall(IGovernor.cancel, (targets, values, calldatas, one.salt));
        if (_try(_rand(3) == 0 ? keepers.guardian() : _anyone(), address(governor), call_)) _did("cancel");
    }

    /* THE MODULE'S WAY */

    function proposeQuietly(uint256 seed) external action(seed) {
        OptimisticCall[] memory calls = new OptimisticCall[](1);
        bool hostile = _rand(3) == 0;
        bytes memory data = hostile ? _throughOwned() : abi.encodeCall(OwnedMock.set, (_rand(100)));
        calls[0] = OptimisticCall(address(owned), data);
        if (!_try(_anyone(), address(module), abi.encodeCall(OptimisticModule.propose, (calls, "")))) {
            if (!_try(_actors[0], address(module), abi.encodeCall(OptimisticModule.propose, (calls, "")))) return;
        }
        _quiet.push();
        _quiet[_quiet.length - 1].push(calls[0]);
        _did(hostile ? "proposeQuietlyHostile" : "proposeQuietly");
    }

    function proposeQuietlyAtTheTimelock(uint256 seed) external action(seed) {
        OptimisticCall[] memory calls = new OptimisticCall[](1);
        (bytes memory data, ) = _knock();
        calls[0] = OptimisticCall(address(timelock), data);
        bool worked = _try(_actors[0], address(module), abi.encodeCall(OptimisticModule.propose, (calls, "")));
        _check(!worked, "I-19: the module does not reach the timelock");
    }

    function pushQuietly(uint256 seed) external action(seed) {
        if (_quiet.length == 0) return;
        uint256 id = _quiet.length - _rand(_quiet.length < 3 ? _quiet.length : 3);
        OptimisticCall[] memory calls = _quiet[id - 1];
        OptimisticState state = module.state(id);
        if (state == OptimisticState.Open) {
            if (_rand(6) == 0 && _try(_anyone(), address(module), abi.encodeCall(OptimisticModule.veto, (id)))) {
                _did("veto");
            } else {
                vm.warp(module.proposalOf(id).vetoEnd);
            }
        } else if (state == OptimisticState.Passed) {
            if (_try(_anyone(), address(module), abi.encodeCall(OptimisticModule.queue, (id, calls)))) {
                _did("queueQuietly");
            }
        } else if (state == OptimisticState.Queued) {
            if (_rand(4) == 0) {
                bytes memory call_ = abi.encodeCall(OptimisticModule.cancel, (id));
                if (_try(keepers.guardian(), address(module), call_)) _did("cancelQuietly");
            } else {
                skip(DELAY);
                bytes memory call_ = abi.encodeCall(OptimisticModule.execute, (id, calls));
                if (_try(_anyone(), address(module), call_)) _did("executeQuietly");
            }
        }
    }

    /* AT ITS OWN DOORS */

    function knock(uint256 seed) external action(seed) {
        (bytes memory data, bool harmless) = _knock();
        bool worked = _try(_anyone(), address(timelock), data);
        _check(!worked || harmless, "I-19: nobody but governor and module schedules, cancels or changes roles");
        _did("knock");
    }

    function completeAgain(uint256 seed) external action(seed) {
        HandOver memory again = HandOver(
            _anyone(),
            _anyone(),
            DELAY + _rand(1 days),
            new address[](0),
            new SetupCall[](0)
        );
        bool worked = _try(
            _rand(2) == 0 ? address(this) : _anyone(),
            address(factory),
            abi.encodeCall(TimelockFactory.complete, (again))
        );
        _check(!worked, "I-19: nothing is handed over twice");
        _did("completeAgain");
    }

    /// @dev Long enough for the guardian's term to end, now and then.
    function wait(uint256 seed) external action(seed) {
        skip(_rand(10) == 0 ? 366 days : _rand(3 days));
        _did("wait");
    }

    /* STEPS */

    function _propose() private {
        (address target, bytes memory data, bool wantsRoles) = _content();
        string memory description = vm.toString(_cases.length);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _lists(target, data);
        vm.prank(_actors[_rand(ACTORS)]);
        uint256 id = governor.propose(targets, values, calldatas, description);
        _cases.push(Case(id, target, data, keccak256(bytes(description)), wantsRoles));
        _did(wantsRoles ? "proposeRoles" : "propose");
    }

    function _vote(uint256 index) private {
        Case storage one = _cases[index];
        uint256 snapshot = governor.proposalSnapshot(one.id);
        if (block.timestamp <= snapshot) vm.warp(snapshot + 1);
        bool fails = one.wantsRoles || _rand(5) == 0;
        for (uint256 i = _rand(3); i < ACTORS; ++i) {
            bytes memory call_ = abi.encodeCall(IGovernor.castVote, (one.id, fails ? 0 : 1));
            if (_try(_actors[i], address(governor), call_)) _did("vote");
        }
    }

    function _queue(uint256 index) private {
        Case storage one = _cases[index];
        uint256 deadline = governor.proposalDeadline(one.id);
        if (block.timestamp <= deadline && _rand(4) != 0) vm.warp(deadline + 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _lists(one.target, one.data);
        bytes memory call_ = abi.encodeCall(IGovernor.queue, (targets, values, calldatas, one.salt));
        bool worked = _try(_anyone(), address(governor), call_);
        _check(!worked || !one.wantsRoles, "I-19: what was voted down is not queued");
        if (worked) _did("queue");
    }

    /* CONTENT */

    /// @dev What a proposal does: changes of all kinds, tries through a contract that the timelock owns, and plain
    /// changes of roles, which those who vote refuse.
    function _content() private returns (address, bytes memory, bool wantsRoles) {
        uint256 kind = _rand(6);
        address actor = _anyone();
        if (kind == 0) return (address(owned), abi.encodeCall(OwnedMock.set, (_rand(100))), false);
        if (kind == 1) return (address(owned), _throughOwned(), false);
        if (kind == 2) {
            return (address(module), abi.encodeCall(OptimisticModule.setProposer, (actor, _rand(2) == 0)), false);
        }
        if (kind == 3) {
            uint48 end = uint48(block.timestamp + 200 days);
            return (address(keepers), abi.encodeCall(IKeeperRegistryAdmin.setGuardian, (actor, end)), false);
        }
        if (kind == 4) {
            bytes memory data = abi.encodeWithSignature("setVotingPeriod(uint32)", 3 days + _rand(2 days));
            return (address(governor), data, false);
        }
        bytes memory change = abi.encodeCall(IAccessControl.grantRole, (_roles[_rand(4)], actor));
        return (address(timelock), change, true);
    }

    /// @dev A call of the timelock that makes the contract it owns knock.
    function _throughOwned() private returns (bytes memory) {
        (bytes memory data, ) = _knock();
        return abi.encodeCall(OwnedMock.call, (address(timelock), data));
    }

    /// @dev A call that a stranger may try at the timelock, and whether it may work because it does nothing.
    function _knock() private returns (bytes memory data, bool harmless) {
        uint256 kind = _rand(8);
        bytes32 role = _roles[_rand(4)];
        address account = _rand(4) == 0 ? address(governor) : _anyone();
        bytes memory inner = abi.encodeCall(IAccessControl.grantRole, (role, account));
        if (kind == 0) return (abi.encodeCall(IAccessControl.grantRole, (role, account)), false);
        if (kind == 1) return (abi.encodeCall(IAccessControl.revokeRole, (role, account)), false);
        if (kind == 2) return (abi.encodeCall(IAccessControl.renounceRole, (role, account)), true);
        if (kind == 3) return (abi.encodeCall(TimelockController.updateDelay, (2 days + _rand(9 days))), false);
        if (kind == 4) {
            return (
                abi.encodeCall(TimelockController.schedule, (address(timelock), 0, inner, 0, role, _rand(9 days))),
                false
            );
        }
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _lists(address(timelock), inner);
        if (kind == 5) {
            return (
                abi.encodeCall(TimelockController.scheduleBatch, (targets, values, datas, 0, role, _rand(9 days))),
                false
            );
        }
        if (kind == 6) {
            return (abi.encodeCall(TimelockController.executeBatch, (targets, values, datas, 0, role)), false);
        }
        bytes32 id = _cases.length == 0 ? role : _operation(_cases[_recent(IGovernor.ProposalState.Queued)]);
        return (abi.encodeCall(TimelockController.cancel, (id)), false);
    }

    function _operation(Case storage one) private view returns (bytes32) {
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _lists(one.target, one.data);
        return timelock.hashOperationBatch(targets, values, datas, 0, bytes32(bytes20(address(governor))) ^ one.salt);
    }

    /* HELPERS */

    function _anyone() private returns (address) {
        return _callers[_rand(_callers.length)];
    }

    /// @dev Mostly the last one that is in a state, else one of the last three.
    function _recent(IGovernor.ProposalState state) private returns (uint256) {
        uint256 count = _cases.length;
        if (_rand(4) != 0) {
            for (uint256 back = 1; back <= count && back <= 8; ++back) {
                if (governor.state(_cases[count - back].id) == state) return count - back;
            }
        }
        return count - 1 - _rand(count < 3 ? count : 3);
    }

    function _lists(
        address target,
        bytes memory data
    ) private pure returns (address[] memory targets, uint256[] memory values, bytes[] memory datas) {
        (targets, values, datas) = (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], datas[0]) = (target, data);
    }
}

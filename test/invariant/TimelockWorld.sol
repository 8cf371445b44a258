// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {IndexGovernor} from "../../contracts/governance/IndexGovernor.sol";
import {IndexTimelock} from "../../contracts/governance/IndexTimelock.sol";
import {OptimisticModule} from "../../contracts/governance/OptimisticModule.sol";
import {ScoreRegistry} from "../../contracts/governance/ScoreRegistry.sol";
import {TimelockFactory} from "../../contracts/governance/TimelockFactory.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {KeeperRegistry} from "../../contracts/KeeperRegistry.sol";
import {OwnedMock} from "../../contracts/mocks/OwnedMock.sol";
import {GovernorConfig, HandOver, SetupCall, Tier} from "../../contracts/types/GovernanceTypes.sol";

/// @title TimelockWorld
/// @notice A DAO of twelve holders as it is deployed, and the table of roles that must stay as it is.
abstract contract TimelockWorld is Test {
    uint256 internal constant ACTORS = 12;
    uint256 internal constant LOCKED = 10_000_000e18; // {GIM wei} of each, for ever
    uint256 internal constant DELAY = 2 days; // {s}

    IndexTimelock public timelock;
    IndexGovernor public governor;
    OptimisticModule public module;
    TimelockFactory public factory;
    KeeperRegistry public keepers;
    /// @dev Something that the timelock owns; it can be made to call anything.
    OwnedMock public owned;
    /// @notice The first law that broke, in words.
    string public violation;

    address internal immutable _guardian = makeAddr("guardian");
    address[] internal _actors;
    /// @dev Everybody who may try something: holders, guardian, deployer and contracts that no rule allows anything.
    address[] internal _callers;
    bytes32[4] internal _roles; // administrator, proposer, canceller, executor
    uint256 internal _entropy; // number of its own kind
    mapping(bytes32 name => uint256 count) private _done;

    constructor() {
        vm.warp(1_800_000_000);
        GovernanceToken token = new GovernanceToken(address(this));
        factory = new TimelockFactory(address(this));
        timelock = IndexTimelock(payable(address(factory.timelock())));
        keepers = new KeeperRegistry(address(this), _guardian);
        VotingEscrow escrow = new VotingEscrow(token, address(timelock), address(timelock));
        ScoreRegistry scores = new ScoreRegistry(escrow, address(timelock), _tiers());
        governor = new IndexGovernor(escrow, timelock, scores, keepers, _config());
        module = new OptimisticModule(timelock, address(governor), escrow, keepers);
        owned = new OwnedMock(address(timelock));

        for (uint256 i; i < ACTORS; ++i) {
            address actor = makeAddr(string.concat("actor ", vm.toString(i)));
            _actors.push(actor);
            _callers.push(actor);
            token.transfer(actor, LOCKED);
            vm.startPrank(actor);
            token.approve(address(escrow), LOCKED);
            escrow.lock(LOCKED, block.timestamp + 364 days);
            escrow.setPermanent(true);
            vm.stopPrank();
        }
        _handOver(escrow, scores);
        address[6] memory others = [
            _guardian,
            address(this),
            address(factory),
            address(escrow),
            address(keepers),
            address(owned)
        ];
        for (uint256 i; i < others.length; ++i) _callers.push(others[i]);
        _roles = [bytes32(0), timelock.PROPOSER_ROLE(), timelock.CANCELLER_ROLE(), timelock.EXECUTOR_ROLE()];
        skip(2 weeks); // tiers are read at a week's start
        vm.recordLogs();
    }

    function _handOver(VotingEscrow escrow, ScoreRegistry scores) private {
        keepers.transferOwnership(address(timelock));
        address[] memory all = new address[](5);
        (all[0], all[1], all[2]) = (address(escrow), address(scores), address(module));
        (all[3], all[4]) = (address(owned), address(keepers));
        SetupCall[] memory calls = new SetupCall[](4);
        calls[0] = SetupCall(address(keepers), abi.encodeCall(Ownable2Step.acceptOwnership, ()));
        calls[1] = SetupCall(address(module), abi.encodeCall(OptimisticModule.setProposer, (_actors[0], true)));
        calls[2] = SetupCall(
            address(module),
            abi.encodeCall(OptimisticModule.setCall, (address(owned), OwnedMock.set.selector, true))
        );
        calls[3] = SetupCall(
            address(module),
            abi.encodeCall(OptimisticModule.setCall, (address(owned), OwnedMock.call.selector, true))
        );
        factory.complete(HandOver(address(governor), address(module), DELAY, all, calls));
    }

    function _config() private pure returns (GovernorConfig memory) {
        return
            GovernorConfig({
                votingDelay: 1 days,
                votingPeriod: 3 days,
                lateQuorumExtension: 1 days,
                proposalThreshold: 1_000_000e18,
                quorumPercent: 10,
                quorumFloor: 20_000_000e18,
                quorumCap: 1_000_000_000e18,
                launchGate: 50_000_000e18
            });
    }

    function _tiers() private pure returns (Tier[10] memory tiers) {
        for (uint256 i; i < 10; ++i) {
            tiers[i].minScore = uint96((i + 1) * 1e18);
            tiers[i].proposalsPerMonth = 30;
            tiers[i].saleCapUsd = 1_000;
            tiers[i].launchMultiplierBps = 10_000;
        }
    }

    /* LAWS */

    /// @dev Nothing that the timelock said since the last look is about roles or its delay.
    function _checkSilence() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(timelock)) continue;
            bytes32 topic = logs[i].topics[0];
            bool aboutRoles =
                topic == IAccessControl.RoleGranted.selector ||
                    topic == IAccessControl.RoleRevoked.selector ||
                    topic == IAccessControl.RoleAdminChanged.selector ||
                    topic == TimelockController.MinDelayChange.selector;
            _check(!aboutRoles, "I-19: no operation changes a role of the timelock or its delay");
        }
    }

    /// @notice The whole table.
    function checkTable() external {
        _checkSilence();
        _check(timelock.getMinDelay() == DELAY, "I-19: the delay is what it was");
        for (uint256 i; i < _callers.length; ++i) _checkAccount(_callers[i], false, false, false, false);
        _checkAccount(address(timelock), true, false, false, false);
        _checkAccount(address(governor), false, true, true, false);
        _checkAccount(address(module), false, true, true, false);
        _checkAccount(address(0), false, false, false, true);
        for (uint256 r; r < _roles.length; ++r) {
            _check(timelock.getRoleAdmin(_roles[r]) == 0, "I-19: administrators administer every role");
        }
    }

    function _checkAccount(address account, bool admin, bool proposer, bool canceller, bool executor) private {
        _check(
            timelock.hasRole(_roles[0], account) == admin &&
                timelock.hasRole(_roles[1], account) == proposer &&
                timelock.hasRole(_roles[2], account) == canceller &&
                timelock.hasRole(_roles[3], account) == executor,
            "I-19: everybody has the roles of the table, and no other"
        );
    }

    /* HELPERS */

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

    /// @dev Below `n`, from the seed of the action.
    function _rand(uint256 n) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % n;
    }

    function _try(address caller, address target, bytes memory data) internal returns (bool worked) {
        vm.prank(caller);
        (worked, ) = target.call(data);
    }
}

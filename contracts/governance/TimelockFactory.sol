// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {ITimelockFactory} from "../interfaces/governance/ITimelockFactory.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {HandOver, SetupCall} from "../types/GovernanceTypes.sol";
import {IndexTimelock} from "./IndexTimelock.sol";

/// @title TimelockFactory
/// @notice Makes the DAO's timelock and hands the protocol over to it in one transaction, once.
///
/// constructor -> (contracts are deployed with the timelock as their owner) -> complete()
///
/// @dev
/// WHY A CONTRACT
/// - Somebody must accept ownerships and set depositors as the timelock before there is a vote. A deployer who is
///   proposer for that while can hide a second operation that is executed months later. This contract is the only
///   proposer until it is done, and can do nothing but what `complete` says.
///
/// WHAT IT GUARANTEES (beyond the script that calls it)
/// - Proposers and cancellers are the governor and the optimistic module, which cancels what it scheduled only;
///   anyone executes what is due; nobody administers but the timelock itself. No setup call can reach the timelock, so
///   none can change that.
/// - No operation is left behind: one was scheduled, and it was executed in the same transaction.
/// - Delays are not below their minimum at the start. The timelock and the governor keep them there.
///
/// KNOWN LIMITS
/// - The deployer chooses the contracts and the setup calls. What they are is in the timelock's events.
contract TimelockFactory is ITimelockFactory {
    /* CONSTANTS */

    /// @notice {s} shortest delay of the timelock.
    uint256 public constant MIN_DELAY = 2 days;
    /// @notice {s} shortest time between a proposal and its vote.
    uint256 public constant MIN_VOTING_DELAY = 1 days;
    /// @notice {s} shortest vote.
    uint256 public constant MIN_VOTING_PERIOD = 3 days;
    /// @dev Calls to the timelock itself after the setup calls.
    uint256 private constant ROLE_CALLS = 7;

    /* STORAGE */

    /// @inheritdoc ITimelockFactory
    TimelockController public immutable timelock;
    /// @inheritdoc ITimelockFactory
    address public immutable deployer;
    /// @inheritdoc ITimelockFactory
    bool public completed;

    /* CONSTRUCTOR */

    constructor(address newDeployer) {
        require(newDeployer != address(0), GovernanceErrors.TimelockFactory_Unauthorized(newDeployer));
        deployer = newDeployer;

        address[] memory proposers = new address[](1);
        proposers[0] = address(this);
        // The only executor is address 0: anyone.
        timelock = new IndexTimelock(0, proposers, new address[](1), address(0));
    }

    /* HAND OVER */

    /// @inheritdoc ITimelockFactory
    function complete(HandOver calldata handOver) external {
        require(msg.sender == deployer, GovernanceErrors.TimelockFactory_Unauthorized(msg.sender));
        require(!completed, GovernanceErrors.TimelockFactory_AlreadyCompleted());
        _requireDelays(handOver);
        completed = true;

        _run(handOver);

        for (uint256 i; i < handOver.owned.length; ++i) _requireOwned(handOver.owned[i]);
        emit HandedOver(timelock, handOver.governor, handOver.optimisticModule, handOver.delay);
    }

    /* INTERNAL */

    function _requireDelays(HandOver calldata handOver) private view {
        require(handOver.delay >= MIN_DELAY, GovernanceErrors.TimelockFactory_DelayTooShort(handOver.delay, MIN_DELAY));
        IGovernor governor = IGovernor(handOver.governor);
        uint256 votingDelay = governor.votingDelay();
        require(
            votingDelay >= MIN_VOTING_DELAY,
            GovernanceErrors.TimelockFactory_DelayTooShort(votingDelay, MIN_VOTING_DELAY)
        );
        uint256 votingPeriod = governor.votingPeriod();
        require(
            votingPeriod >= MIN_VOTING_PERIOD,
            GovernanceErrors.TimelockFactory_DelayTooShort(votingPeriod, MIN_VOTING_PERIOD)
        );
        address executor = GovernorTimelockControl(payable(handOver.governor)).timelock();
        require(executor == address(timelock), GovernanceErrors.TimelockFactory_GovernorInvalid(executor));
    }

    /// @dev Setup calls first, then the roles, then the delay, as one operation of the timelock.
    function _run(HandOver calldata handOver) private {
        uint256 count = handOver.calls.length;
        address[] memory targets = new address[](count + ROLE_CALLS);
        uint256[] memory values = new uint256[](count + ROLE_CALLS); // all 0
        bytes[] memory payloads = new bytes[](count + ROLE_CALLS);
        for (uint256 i; i < count; ++i) {
            SetupCall calldata call = handOver.calls[i];
            require(call.target != address(timelock), GovernanceErrors.TimelockFactory_CallInvalid(i));
            targets[i] = call.target;
            payloads[i] = call.data;
        }

        bytes32 proposer = timelock.PROPOSER_ROLE();
        bytes32 canceller = timelock.CANCELLER_ROLE();
        for (uint256 i = count; i < targets.length; ++i) targets[i] = address(timelock);
        payloads[count] = abi.encodeCall(IAccessControl.grantRole, (proposer, handOver.governor));
        payloads[count + 1] = abi.encodeCall(IAccessControl.grantRole, (canceller, handOver.governor));
        payloads[count + 2] = abi.encodeCall(IAccessControl.grantRole, (proposer, handOver.optimisticModule));
        payloads[count + 3] = abi.encodeCall(IAccessControl.grantRole, (canceller, handOver.optimisticModule));
        payloads[count + 4] = abi.encodeCall(IAccessControl.revokeRole, (proposer, address(this)));
        payloads[count + 5] = abi.encodeCall(IAccessControl.revokeRole, (canceller, address(this)));
        payloads[count + 6] = abi.encodeCall(TimelockController.updateDelay, (handOver.delay));

        timelock.scheduleBatch(targets, values, payloads, 0, 0, 0);
        timelock.executeBatch(targets, values, payloads, 0, 0);
    }

    function _requireOwned(address owned) private view {
        address owner = Ownable2Step(owned).owner();
        address pending = Ownable2Step(owned).pendingOwner();
        require(
            owner == address(timelock) && pending == address(0),
            GovernanceErrors.TimelockFactory_NotOwned(owned, owner, pending)
        );
    }
}

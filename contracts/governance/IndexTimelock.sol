// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IIndexTimelock} from "../interfaces/governance/IIndexTimelock.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";

/// @title IndexTimelock
/// @notice OpenZeppelin's timelock, whose delay can never be set below two days.
///
/// schedule -> (delay) -> execute by anyone; cancel in between
///
/// @dev
/// WHY NOT THE STOCK ONE
/// - Its delay is whatever the deployer says, and a single proposal can set it to 0 for all that come after. Here
///   holders have two days to leave before anything happens, whoever deployed it and whatever was voted.
///
/// SETUP
/// - Delay 0 is accepted from a contract that makes itself the only proposer and names no administrator:
///   TimelockFactory, which hands the protocol over in one transaction and sets the delay at its end. The first delay
///   that is set ends this for good.
///
/// LIVENESS
/// - At most 30 days, so that no vote makes the next one pointless.
contract IndexTimelock is IIndexTimelock, TimelockController {
    /* CONSTANTS */

    /// @inheritdoc IIndexTimelock
    uint256 public constant MIN_DELAY = 2 days;
    /// @inheritdoc IIndexTimelock
    uint256 public constant MAX_DELAY = 30 days;

    /* CONSTRUCTOR */

    constructor(
        uint256 delay,
        address[] memory proposers,
        address[] memory executors,
        address admin
    ) TimelockController(delay, proposers, executors, admin) {
        bool isSetup =
            delay == 0 &&
                proposers.length == 1 &&
                proposers[0] == msg.sender &&
                // solhint-disable-next-line avoid-tx-origin
                msg.sender != tx.origin &&
                admin == address(0);
        if (!isSetup) _requireDelay(delay);
    }

    /* DELAY */

    /// @inheritdoc IIndexTimelock
    function updateDelay(uint256 newDelay) public override(IIndexTimelock, TimelockController) {
        _requireDelay(newDelay);
        super.updateDelay(newDelay);
    }

    /* INTERNAL */

    function _requireDelay(uint256 delay) private pure {
        require(
            delay >= MIN_DELAY && delay <= MAX_DELAY,
            GovernanceErrors.IndexTimelock_DelayInvalid(delay, MIN_DELAY, MAX_DELAY)
        );
    }
}

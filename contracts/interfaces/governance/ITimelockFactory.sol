// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {HandOver} from "../../types/GovernanceTypes.sol";

/// @title ITimelockFactory
/// @notice Makes the DAO's timelock and hands the protocol over to it in one transaction, once.
interface ITimelockFactory {
    /// @notice Emitted when the protocol belongs to the timelock and the timelock to the DAO.
    event HandedOver(
        TimelockController indexed timelock,
        address indexed governor,
        address indexed optimisticModule,
        uint256 delay
    );

    /// @notice Runs the setup calls as the timelock, makes governor and module its only proposers and cancellers, and
    /// sets its delay.
    /// Emits {HandedOver}.
    /// Notes: all or nothing. Afterwards this contract has no role and no function that does anything.
    /// Requirements: caller is the deployer; not done before; delay, voting delay and voting period at least their
    /// minimum; the governor executes through this timelock; no call goes to the timelock itself; every contract of
    /// `owned` belongs to the timelock in the end and is offered to nobody else.
    function complete(HandOver calldata handOver) external;

    /// @notice The timelock, an IndexTimelock: OpenZeppelin's with a least delay.
    function timelock() external view returns (TimelockController);

    /// @notice The account that may complete, once.
    function deployer() external view returns (address);

    /// @notice Whether the protocol was handed over.
    function completed() external view returns (bool);
}

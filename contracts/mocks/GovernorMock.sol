// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title GovernorMock
/// @dev A governor as the timelock's factory reads it, with delays that a real one would refuse.
contract GovernorMock {
    uint256 public votingDelay; // {s}
    uint256 public votingPeriod; // {s}
    address public timelock;

    constructor(uint256 newVotingDelay, uint256 newVotingPeriod, address newTimelock) {
        (votingDelay, votingPeriod, timelock) = (newVotingDelay, newVotingPeriod, newTimelock);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";

/// @title DustVoter
/// @notice An account that sends its votes to somebody, and nothing else.
contract DustVoter {
    constructor(IVotingEscrow escrow, address delegatee) {
        escrow.delegate(delegatee);
    }
}

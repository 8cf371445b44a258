// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {DustVoter} from "./DustVoter.sol";

/// @title DustCrowd
/// @notice Makes crowds of accounts with the smallest locks, ending in all weeks, whose votes all go to one account.
/// @dev For tests; must be a depositor of the escrow and hold GIM.
contract DustCrowd {
    uint256 private constant WEEK = 7 days; // {s}

    IVotingEscrow public immutable escrow;
    address public immutable delegatee;
    uint256 public size; // number of accounts so far

    constructor(IVotingEscrow newEscrow, address newDelegatee) {
        escrow = newEscrow;
        delegatee = newDelegatee;
        newEscrow.token().approve(address(newEscrow), type(uint256).max);
    }

    /// @notice Adds `count` accounts with `amount` {GIM wei} each; their locks end 1 to `spread` weeks from now, in
    /// turn.
    function grow(uint256 count, uint256 amount, uint256 spread) external {
        for (uint256 k; k < count; ++k) {
            uint256 end = (block.timestamp / WEEK + 1 + (size++ % spread)) * WEEK;
            escrow.lockFor(address(new DustVoter(escrow, delegatee)), amount, end);
        }
    }
}

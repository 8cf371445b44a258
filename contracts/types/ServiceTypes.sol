// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What a decision says of one token. A leaf of the decision's tree of grades.
struct Grade {
    address token;
    uint16 traderBps; // {bps} for days to weeks, 10,000 is the best; 65,535 = no grade
    uint16 investorBps; // {bps} for months, 10,000 is the best; 65,535 = no grade
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One account's lock. One slot.
struct Lock {
    uint112 amount; // {GIM wei}
    uint40 end; // {s} a week boundary; 0 when permanent or none
    uint40 heldSince; // {s} last time that something was added or the end moved away
    bool permanent; // does not decay; as if it always had 52 weeks to go
    bool away; // its votes are delegated to another account
    uint32 points; // number of points in the account's history
}

/// @dev What a lock gives from now on: max(0, bias - slope * t) at time t. Permanent: slope 0, bias = amount.
struct Line {
    uint256 amount; // {GIM wei} committed
    uint256 slope; // {veGIM wei/s}
    uint256 bias; // {veGIM wei} at the time 0
    uint256 end; // {s} when it reaches 0; 0 when it never does
}

/// @dev Sum of many lines with its history. Points and the slope that ends in each week are packed words of LineLib.
struct Aggregate {
    AggregateHead head;
    mapping(uint256 index => uint256 word) point;
    mapping(uint256 slot => uint256 word) ending; // three weeks a word
}

/// @dev One slot.
struct AggregateHead {
    uint112 amount; // {GIM wei} committed by all lines, expired ones included
    uint64 points; // number of points
}

/// @dev A call that the timelock makes while the protocol is handed over to it.
struct SetupCall {
    address target;
    bytes data;
}

/// @dev How the protocol is handed over to the DAO.
struct HandOver {
    address governor;
    address optimisticModule;
    uint256 delay; // {s} of the timelock from then on
    address[] owned; // what must belong to the timelock in the end
    SetupCall[] calls;
}

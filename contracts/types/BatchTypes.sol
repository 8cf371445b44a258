// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Which way a request goes. Its own token is cash for deposits and shares for redemptions.
enum Side {
    DEPOSIT,
    REDEEM
}

/// @dev Requests of one controller and one side that are not counted yet, one slot. At most two can be open at a time:
/// one in the batch that takes requests and one in the batch that is locked or in its window.
struct Requests {
    uint96 amount; // {raw cash} or {share wei}
    uint32 batch;
    uint96 earlierAmount; // {raw cash} or {share wei}
    uint32 earlierBatch;
}

/// @dev What became of the counted requests of one controller and one side, one slot.
struct Outcome {
    uint96 shares; // {share wei} bought with, or sold for, `assets`
    uint64 assets; // {raw cash} spent on, or received for, `shares`
    uint96 refund; // {raw cash} or {share wei} not exchanged
}

/// @dev Everything of one controller and one side.
struct Ledger {
    Requests requests;
    Outcome outcome;
}

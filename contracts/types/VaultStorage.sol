// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Breaker, Buckets, Claim, Debt, Epoch, Strategy} from "./VaultTypes.sol";

/// @dev All storage of an IndexVault besides the share token's, so that its libraries can be handed the whole of it.
struct VaultStorage {
    // --- slot 0: read by every call
    address basketPointer; // SSTORE2 blob, see BasketBlob
    uint32 basketNonce;
    uint16 mintFeeBps; // {bps}
    bool hasDebts; // whether any token was ever deferred
    uint40 pausedUntil; // {s}
    // --- slot 1
    uint96 checkpointMultiplier; // D27{1} at checkpointAt
    uint64 streamingRate; // D18{1/s}
    uint40 checkpointAt; // {s}
    uint8 pausedBits;
    // --- slot 2
    uint256 aggregate; // D27{share wei} A: sum of shares * multiplier
    // --- packed by basket index
    mapping(uint256 index => uint256) units; // three a slot, see Units: D27{tok/share at multiplier 1}
    mapping(uint256 index => uint256) targets; // two a slot, see TargetLib
    // --- rebalance
    Epoch epoch;
    Buckets buckets;
    bytes32 pendingBasketHash;
    uint40 pendingBasketAt; // {s}
    uint32 pendingBasketId;
    uint32 pendingBasketVersion; // signers version that announced it
    mapping(address token => Breaker) breakers;
    // --- claims
    mapping(address token => Debt) debts;
    mapping(address token => mapping(address account => Claim)) claims;
    mapping(address token => uint40) syncedAt; // {s} last raise
    // --- fees, strategy, curator
    address feeRecipient;
    address curator;
    address curatorCandidate;
    Strategy strategy;
    mapping(bytes32 changeHash => uint48) changeEta; // {s}
}

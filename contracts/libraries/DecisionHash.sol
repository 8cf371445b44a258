// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lane} from "../types/VaultTypes.sol";

/// @title DecisionHash
/// @notice EIP-712 struct hashes of what decision signers sign. The domain is the KeeperRegistry's.
library DecisionHash {
    bytes32 internal constant DECISION_TYPEHASH = keccak256(
        "Decision(address vault,uint32 epoch,uint256[] weights,uint8 lane,bytes32 decisionHash,uint40 validUntil)"
    );
    bytes32 internal constant BASKET_TYPEHASH = keccak256(
        "BasketDecision(address vault,uint32 id,address[] add,address[] drop,bytes32 decisionHash,uint40 validUntil)"
    );

    function weights(
        uint32 epoch,
        uint256[] calldata packedWeights,
        Lane lane,
        bytes32 decisionHash,
        uint40 validUntil
    ) internal view returns (bytes32) {
        bytes32 weightsHash = keccak256(abi.encodePacked(packedWeights));
        return
            keccak256(abi.encode(DECISION_TYPEHASH, address(this), epoch, weightsHash, lane, decisionHash, validUntil));
    }

    function basket(
        uint32 id,
        address[] calldata add,
        address[] calldata drop,
        bytes32 decisionHash,
        uint40 validUntil
    ) internal view returns (bytes32) {
        // abi.encodePacked pads array items to 32 bytes, as EIP-712 wants them.
        bytes32 addHash = keccak256(abi.encodePacked(add));
        bytes32 dropHash = keccak256(abi.encodePacked(drop));
        return keccak256(abi.encode(BASKET_TYPEHASH, address(this), id, addHash, dropHash, decisionHash, validUntil));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Grade} from "../types/ServiceTypes.sol";

/// @title GradeLib
/// @notice How grades become leaves, and their root and a record's text the hash of a decision. See IGradeBook.
library GradeLib {
    /// @dev Hashed twice and of 192 bytes, so that the 64 bytes of two inner nodes can never be a leaf.
    function leafOf(uint256 chainId, address vault, uint32 epoch, Grade memory grade) internal pure returns (bytes32) {
        bytes memory fields = abi.encode(chainId, vault, epoch, grade.token, grade.traderBps, grade.investorBps);
        return keccak256(bytes.concat(keccak256(fields)));
    }

    /// @dev In this order, unlike the pairs of the tree: neither can stand in for the other.
    function decisionHashOf(bytes32 contentHash, bytes32 gradesRoot) internal pure returns (bytes32) {
        return keccak256(bytes.concat(contentHash, gradesRoot));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "solady/src/utils/ECDSA.sol";
import {SignedUsage, UsageGroup, UsageReceipt} from "../../types/ServiceTypes.sol";

/// @title ReceiptLib
/// @notice EIP-712 of usage receipts, written for hundreds of them in one call.
/// @dev One buffer serves all: 7 words of the struct, then 0x1901, separator and hash. What a group has in common is
/// written once.
library ReceiptLib {
    bytes32 internal constant TYPEHASH = keccak256(
        "UsageReceipt(address account,uint256 id,uint256 asset,uint256 nonce,uint32 units,uint48 validUntil)"
    );
    uint256 private constant SIZE = 0x140; // {bytes}

    /// @dev Reserves the buffer.
    function open(bytes32 separator) internal pure returns (uint256 buffer) {
        bytes32 typehash = TYPEHASH;
        assembly ("memory-safe") {
            buffer := mload(0x40)
            mstore(0x40, add(buffer, SIZE))
            mstore(buffer, typehash)
            mstore(add(buffer, 0xe0), shl(240, 0x1901))
            mstore(add(buffer, 0xe2), separator)
        }
    }

    /// @dev Writes what all receipts of a group have in common.
    function begin(uint256 buffer, UsageGroup calldata group) internal pure {
        address account = group.account;
        uint256 id = group.id;
        uint256 asset = group.asset;
        assembly ("memory-safe") {
            mstore(add(buffer, 0x20), account)
            mstore(add(buffer, 0x40), id)
            mstore(add(buffer, 0x60), asset)
        }
    }

    /// @dev Who signed; 0 for what is no signature.
    function signerOf(uint256 buffer, SignedUsage calldata usage) internal view returns (address) {
        return ECDSA.tryRecover(_digest(buffer, usage.nonce, usage.units, usage.validUntil), usage.r, usage.vs);
    }

    /// @dev See IAccessPass.receiptDigest.
    function digest(bytes32 separator, UsageReceipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, keccak256(abi.encode(TYPEHASH, receipt))));
    }

    function _digest(
        uint256 buffer,
        uint256 nonce,
        uint256 units,
        uint256 validUntil
    ) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            mstore(add(buffer, 0x80), nonce)
            mstore(add(buffer, 0xa0), units)
            mstore(add(buffer, 0xc0), validUntil)
            mstore(add(buffer, 0x102), keccak256(buffer, 0xe0))
            result := keccak256(add(buffer, 0xe0), 0x42)
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedUsage, UsageReceipt} from "../../types/ServiceTypes.sol";

/// @title ReceiptLib
/// @notice EIP-712 of usage receipts, written for hundreds of them in one call.
/// @dev One buffer serves all: 7 words of the struct, then 0x1901, separator and hash, then what the precompile is
/// asked. What a group has in common is written once.
library ReceiptLib {
    bytes32 internal constant TYPEHASH = keccak256(
        "UsageReceipt(address account,uint256 id,uint256 asset,uint256 nonce,uint32 units,uint48 validUntil)"
    );
    uint256 private constant SIZE = 0x1e0; // {bytes}
    uint256 private constant RECOVER = 1; // the precompile that tells who signed

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
    function begin(uint256 buffer, address account, uint256 id, uint256 asset) internal pure {
        assembly ("memory-safe") {
            mstore(add(buffer, 0x20), account)
            mstore(add(buffer, 0x40), id)
            mstore(add(buffer, 0x60), asset)
        }
    }

    /// @dev The receipt at a place below the length, which nobody checks again.
    function item(SignedUsage[] calldata usages, uint256 i) internal pure returns (SignedUsage calldata usage) {
        assembly ("memory-safe") {
            usage := add(usages.offset, mul(i, 0xa0))
        }
    }

    /// @dev What a receipt says, without the checks of each access. What is wider than its type is refused, as always.
    function read(SignedUsage calldata usage) internal pure returns (uint256 nonce, uint256 units, uint256 validUntil) {
        assembly ("memory-safe") {
            nonce := calldataload(usage)
            units := calldataload(add(usage, 0x20))
            validUntil := calldataload(add(usage, 0x40))
            if or(shr(32, units), shr(48, validUntil)) {
                revert(0, 0)
            }
        }
    }

    /// @dev Who signed; 0 for what is no signature. The precompile writes nothing then.
    function signerOf(uint256 buffer, SignedUsage calldata usage) internal view returns (address signer) {
        assembly ("memory-safe") {
            calldatacopy(add(buffer, 0x80), usage, 0x60) // nonce, units and end follow each other, here and there
            mstore(add(buffer, 0x102), keccak256(buffer, 0xe0))
            let vs := calldataload(add(usage, 0x80))
            let input := add(buffer, 0x140)
            mstore(input, keccak256(add(buffer, 0xe0), 0x42))
            mstore(add(input, 0x20), add(27, shr(255, vs)))
            calldatacopy(add(input, 0x40), add(usage, 0x60), 0x20)
            mstore(add(input, 0x60), shr(1, shl(1, vs)))
            mstore(0, 0)
            pop(staticcall(gas(), RECOVER, input, 0x80, 0, 0x20))
            signer := mload(0)
        }
    }

    /// @dev See IAccessPass.receiptDigest.
    function digest(bytes32 separator, UsageReceipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, keccak256(abi.encode(TYPEHASH, receipt))));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {Asset} from "../types/VaultTypes.sol";
import {Errors} from "./Errors.sol";

/// @title BasketBlob
/// @notice The basket as the code of a data contract: 22 bytes a token (token | decimals | flags). Reading 100 tokens
/// costs one cold account instead of 100 cold slots.
library BasketBlob {
    uint256 internal constant ENTRY = 22; // {bytes}

    function write(Asset[] memory assets) internal returns (address pointer) {
        uint256 n = assets.length;
        bytes memory blob = new bytes(n * ENTRY + 10); // room for the last word to spill into
        for (uint256 i; i < n; ++i) {
            Asset memory asset = assets[i];
            uint256 word =
                (uint256(uint160(asset.token)) << 96) | (uint256(asset.decimals) << 88) | (uint256(asset.flags) << 80);
            assembly ("memory-safe") {
                mstore(add(add(blob, 32), mul(i, ENTRY)), word) // spills 10 zero bytes, overwritten by the next entry
            }
        }
        assembly ("memory-safe") {
            mstore(blob, mul(n, ENTRY))
        }
        return SSTORE2.write(blob);
    }

    /// @dev Whole blob in memory; read entries with `entry`.
    function read(address pointer) internal view returns (bytes memory) {
        return SSTORE2.read(pointer);
    }

    function count(bytes memory blob) internal pure returns (uint256) {
        return blob.length / ENTRY;
    }

    /// @dev No bounds check: callers loop below `count`.
    function entry(bytes memory blob, uint256 i) internal pure returns (address token, uint8 decimals, uint8 flags) {
        assembly ("memory-safe") {
            let word := mload(add(add(blob, 32), mul(i, ENTRY)))
            token := shr(96, word)
            decimals := and(shr(88, word), 0xff)
            flags := and(shr(80, word), 0xff)
        }
    }

    /// @dev Token and 10^(72 - decimals), see ShareMath.scale: what the hot loop of a mint needs. No bounds check.
    function scaled(bytes memory blob, uint256 i) internal pure returns (address token, uint256 scale) {
        assembly ("memory-safe") {
            let word := mload(add(add(blob, 32), mul(i, ENTRY)))
            token := shr(96, word)
            scale := exp(10, sub(72, and(shr(88, word), 0xff))) // the registry admits at most 36 decimals
        }
    }

    function size(address pointer) internal view returns (uint256) {
        return (pointer.code.length - 1) / ENTRY; // the first byte of an SSTORE2 blob is STOP
    }

    /// @dev One entry without reading the rest.
    function single(address pointer, uint256 i) internal view returns (address token, uint8 decimals, uint8 flags) {
        require(i < size(pointer), Errors.IndexVault_IndexOutOfBounds(i, size(pointer)));
        assembly ("memory-safe") {
            mstore(0x00, 0)
            extcodecopy(pointer, 0x00, add(1, mul(i, ENTRY)), 0x20)
            let word := mload(0x00)
            token := shr(96, word)
            decimals := and(shr(88, word), 0xff)
            flags := and(shr(80, word), 0xff)
        }
    }

    function toAssets(bytes memory blob) internal pure returns (Asset[] memory assets) {
        uint256 n = count(blob);
        assets = new Asset[](n);
        for (uint256 i; i < n; ++i) (assets[i].token, assets[i].decimals, assets[i].flags) = entry(blob, i);
    }

    function toTokens(bytes memory blob) internal pure returns (address[] memory tokens) {
        uint256 n = count(blob);
        tokens = new address[](n);
        for (uint256 i; i < n; ++i) (tokens[i], , ) = entry(blob, i);
    }

    /// @dev Index of `token`, or `count` when it is not in the basket.
    function indexOf(bytes memory blob, address token) internal pure returns (uint256 i) {
        uint256 n = count(blob);
        for (; i < n; ++i) {
            (address candidate, , ) = entry(blob, i);
            if (candidate == token) return i;
        }
    }
}

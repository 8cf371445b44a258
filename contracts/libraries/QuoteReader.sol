// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";

/// @title QuoteReader
/// @notice Reads the registry's quotes of a whole basket without copying them.
/// @dev A static struct is encoded as it lies in memory, so the answer is left where it arrives and only pointed at.
/// The compiler's decoder would copy and check 700 words for 100 tokens. The registry is fixed at the vault's creation.
library QuoteReader {
    uint256 private constant QUOTE_SIZE = 0xe0; // {bytes} seven words

    function quotes(IAssetRegistry registry, address[] memory tokens) internal view returns (Quote[] memory list) {
        bytes memory data = abi.encodeCall(IAssetRegistry.quotes, (tokens));
        uint256 n = tokens.length;
        list = new Quote[](0);
        assembly ("memory-safe") {
            let answer := mload(0x40)
            let size := add(0x40, mul(n, QUOTE_SIZE))
            let ok := staticcall(gas(), registry, add(data, 0x20), mload(data), answer, size)
            // As many quotes as tokens, or the answer is not one.
            if iszero(and(ok, and(eq(returndatasize(), size), eq(mload(add(answer, 0x20)), n)))) {
                returndatacopy(answer, 0, returndatasize())
                revert(answer, returndatasize())
            }
            list := add(answer, size)
            mstore(list, n)
            let pointer := add(list, 0x20)
            let quote := add(answer, 0x40)
            for {
                let end := add(pointer, shl(5, n))
            } lt(pointer, end) {
                pointer := add(pointer, 0x20)
            } {
                mstore(pointer, quote)
                quote := add(quote, QUOTE_SIZE)
            }
            mstore(0x40, pointer)
        }
    }

    /// @dev The two quotes of a fill, likewise left where they arrive.
    function pair(
        IAssetRegistry registry,
        address a,
        address b
    ) internal view returns (Quote memory x, Quote memory y) {
        bytes memory data = abi.encodeCall(IAssetRegistry.pair, (a, b));
        assembly ("memory-safe") {
            x := mload(0x40)
            y := add(x, QUOTE_SIZE)
            let size := mul(2, QUOTE_SIZE)
            let ok := staticcall(gas(), registry, add(data, 0x20), mload(data), x, size)
            if iszero(and(ok, eq(returndatasize(), size))) {
                returndatacopy(x, 0, returndatasize())
                revert(x, returndatasize())
            }
            mstore(0x40, add(x, size))
        }
    }
}

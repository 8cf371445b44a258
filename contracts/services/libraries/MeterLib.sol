// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What an account can use of an id, and the nonces that it used. All but the mapping is one slot.
struct Meter {
    uint48 units;
    uint80 word; // which 128 nonces `bits` are about: those in use at this time
    uint128 bits;
    mapping(uint256 word => uint256 bits) words; // of nonces; what it says of `word` is out of date
}

/// @dev A meter in memory, a field a word, so that the fields are read without masks.
struct OpenMeter {
    uint256 units; // {credits} below 2^48
    uint256 word; // {nonce / 128} below 2^80
    uint256 bits; // {bitmap} below 2^128
}

/// @title MeterLib
/// @notice Units and used nonces of an account and id.
/// @dev Nonces follow each other as a rule, so the 128 that are in use lie beside the units: settling reads and writes
/// one slot an account instead of two. Any other nonce works too; its word is fetched and the one before is put back.
library MeterLib {
    uint256 internal constant WORD_BITS = 7; // 128 nonces
    uint256 internal constant MAX_NONCE = (1 << 87) - 1; // its word fits 80 bits

    /// @dev Reads the slot once. Memory that was there already is used again: a settlement opens hundreds of meters.
    function open(Meter storage meter, OpenMeter memory into) internal view {
        assembly ("memory-safe") {
            let packed := sload(meter.slot)
            mstore(into, and(packed, 0xffffffffffff))
            mstore(add(into, 0x20), and(shr(48, packed), 0xffffffffffffffffffff))
            mstore(add(into, 0x40), shr(128, packed))
        }
    }

    /// @dev Writes the slot once. Every field fits its place: see OpenMeter.
    function close(Meter storage meter, OpenMeter memory from) internal {
        assembly ("memory-safe") {
            let word := mload(add(from, 0x20))
            sstore(meter.slot, or(or(mload(from), shl(48, word)), shl(128, mload(add(from, 0x40)))))
        }
    }

    /// @dev A nonce beyond the largest counts as used.
    function isUsed(OpenMeter memory meter, Meter storage stored, uint256 nonce) internal view returns (bool) {
        uint256 word = nonce >> WORD_BITS;
        uint256 bits = meter.bits;
        // The word that is open is in range, and so are its nonces.
        if (word != meter.word) {
            if (nonce > MAX_NONCE) return true;
            bits = stored.words[word];
        }
        return (bits >> (nonce & 127)) & 1 == 1;
    }

    /// @dev Changes the copy in memory; the caller closes it. The nonce is at most MAX_NONCE, so its word fits 80 bits;
    /// only 128 bits of a word are ever set.
    function markUsed(OpenMeter memory meter, Meter storage stored, uint256 nonce) internal {
        uint256 word = nonce >> WORD_BITS;
        if (word != meter.word) {
            // Bits are only ever set: when there are none here, there are none in storage.
            if (meter.bits != 0) stored.words[meter.word] = meter.bits;
            meter.word = word;
            meter.bits = stored.words[word];
        }
        meter.bits |= 1 << (nonce & 127);
    }
}

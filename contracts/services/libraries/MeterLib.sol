// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One slot: what an account can use of an id, and the nonces that it uses at this time.
struct Meter {
    uint48 units;
    uint80 word; // which 128 nonces `bits` are about
    uint128 bits; // the stored word of these nonces is out of date while they are here
}

/// @title MeterLib
/// @notice Units and used nonces of an account and id.
/// @dev Nonces follow each other as a rule, so the 128 that are in use lie beside the units: settling writes one slot
/// an account instead of two. Any other nonce works too; its word is fetched and the one before is put back.
library MeterLib {
    uint256 internal constant WORD_BITS = 7; // 128 nonces
    uint256 internal constant MAX_NONCE = (1 << 87) - 1; // its word fits 80 bits

    /// @dev A nonce beyond the largest counts as used.
    function isUsed(
        Meter memory meter,
        mapping(uint256 word => uint256 bits) storage words,
        uint256 nonce
    ) internal view returns (bool) {
        if (nonce > MAX_NONCE) return true;
        uint256 word = nonce >> WORD_BITS;
        uint256 bits = word == meter.word ? meter.bits : words[word];
        return (bits >> (nonce & 127)) & 1 == 1;
    }

    /// @dev Changes the copy in memory; the caller stores it. The nonce is at most MAX_NONCE.
    function markUsed(Meter memory meter, mapping(uint256 word => uint256 bits) storage words, uint256 nonce) internal {
        uint256 word = nonce >> WORD_BITS;
        if (word != meter.word) {
            // Bits are only ever set: when there are none here, there are none in storage.
            if (meter.bits != 0) words[meter.word] = meter.bits;
            // The word of a nonce in range fits 80 bits; only 128 bits of a word are ever set.
            meter.word = uint80(word);
            meter.bits = uint128(words[word]);
        }
        meter.bits |= uint128(1) << uint128(nonce & 127);
    }
}

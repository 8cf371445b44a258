// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Destination, Limits} from "../types/VaultTypes.sol";

/// @title CloneArgs
/// @notice What a vault can never change, in the code of its clone, behind the 45 bytes of the proxy:
/// 28 bytes limits | 1 byte count | count * (20 bytes token | 2 bytes split) | 1 byte length | name | 1 byte length |
/// symbol
library CloneArgs {
    uint256 private constant PROXY = 45; // {bytes} OpenZeppelin Clones
    uint256 private constant LIMITS = 28; // {bytes}
    uint256 private constant DESTINATION = 22; // {bytes}

    function encode(
        Limits memory l,
        Destination[] memory list,
        string memory name_,
        string memory symbol_
    ) internal pure returns (bytes memory args) {
        args = abi.encodePacked(l.turnoverBps, l.lossBps, l.deriskLossBps, l.maxWeightChangeBps);
        args = abi.encodePacked(args, l.riskDelay, l.basketDelay, l.curveLength, l.cooldown, l.deriskPeriod);
        args = abi.encodePacked(args, uint8(list.length));
        for (uint256 i; i < list.length; ++i) {
            args = abi.encodePacked(args, list[i].token, list[i].splitBps);
        }
        // The factory caps both lengths at 64 bytes.
        args = abi.encodePacked(args, uint8(bytes(name_).length), name_, uint8(bytes(symbol_).length), symbol_);
    }

    /// @dev Limits of the clone that runs this code.
    function limits() internal view returns (Limits memory l) {
        uint256 word = _word(0);
        l.turnoverBps = uint16(word >> 240);
        l.lossBps = uint16(word >> 224);
        l.deriskLossBps = uint16(word >> 208);
        l.maxWeightChangeBps = uint16(word >> 192);
        l.riskDelay = uint32(word >> 160);
        l.basketDelay = uint32(word >> 128);
        l.curveLength = uint32(word >> 96);
        l.cooldown = uint32(word >> 64);
        l.deriskPeriod = uint32(word >> 32);
    }

    function destinations() internal view returns (Destination[] memory list) {
        list = new Destination[](_word(LIMITS) >> 248);
        for (uint256 i; i < list.length; ++i) {
            uint256 word = _word(LIMITS + 1 + i * DESTINATION);
            list[i] = Destination({token: address(uint160(word >> 96)), splitBps: uint16(word >> 80)});
        }
    }

    function isDestination(address token) internal view returns (bool) {
        uint256 n = _word(LIMITS) >> 248;
        for (uint256 i; i < n; ++i) {
            if (_word(LIMITS + 1 + i * DESTINATION) >> 96 == uint160(token)) return true;
        }
        return false;
    }

    function name() internal view returns (string memory) {
        return _string(_nameOffset());
    }

    function symbol() internal view returns (string memory) {
        uint256 offset = _nameOffset();
        return _string(offset + 1 + (_word(offset) >> 248));
    }

    function _nameOffset() private view returns (uint256) {
        return LIMITS + 1 + (_word(LIMITS) >> 248) * DESTINATION;
    }

    /// @dev 32 bytes of the arguments from `offset`, zero beyond their end.
    function _word(uint256 offset) private view returns (uint256 word) {
        assembly ("memory-safe") {
            mstore(0x00, 0)
            extcodecopy(address(), 0x00, add(PROXY, offset), 0x20)
            word := mload(0x00)
        }
    }

    function _string(uint256 offset) private view returns (string memory text) {
        text = new string(_word(offset) >> 248);
        assembly ("memory-safe") {
            extcodecopy(address(), add(text, 0x20), add(add(PROXY, offset), 1), mload(text))
        }
    }
}

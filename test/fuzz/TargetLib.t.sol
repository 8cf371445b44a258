// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TargetLib} from "../../contracts/libraries/TargetLib.sol";
import {VaultStorage} from "../../contracts/types/VaultStorage.sol";
import {Target} from "../../contracts/types/VaultTypes.sol";
import {Test} from "forge-std/Test.sol";

contract TargetLibTest is Test {
    VaultStorage private _s;
    /// @dev The naive model: a slot for each record.
    mapping(uint256 index => Target) private _model;

    function testFuzz_S46_RecordsOfEveryIndexAgreeWithANaiveModel(bytes32 seed, uint8 size) external {
        uint256 n = bound(size, 1, 128);
        for (uint256 k; k < 2 * n; ++k) {
            uint256 word = uint256(keccak256(abi.encode(seed, k)));
            Target memory t = _target(word);
            uint256 i = k < n ? k : word % n; // all of them, then some again
            _model[i] = t;
            TargetLib.setRecord(_s, i, TargetLib.pack(t));
        }
        for (uint256 i; i < n; ++i) _same(TargetLib.get(_s, i), _model[i]);
        _same(TargetLib.get(_s, n + 1), Target(0, 0, 0, 0));
    }

    function testFuzz_S46_PackingKeepsEveryField(uint16 weight, uint64 price, uint40 tag, uint8 freeze) external pure {
        Target memory t = Target(weight, price, tag, freeze);
        uint256 word = TargetLib.pack(t);
        assertLe(word, type(uint128).max, "spills into the neighbour");
        _same(TargetLib.unpack(word), t);
        _same(TargetLib.unpack(word | (type(uint256).max << 128)), t);
    }

    function _target(uint256 word) private pure returns (Target memory) {
        return Target(uint16(word), uint64(word >> 16), uint40(word >> 80), uint8(word >> 120));
    }

    function _same(Target memory a, Target memory b) private pure {
        assertEq(a.weightBps, b.weightBps, "weight");
        assertEq(a.price, b.price, "price");
        assertEq(a.feedTag, b.feedTag, "feed tag");
        assertEq(a.freeze, b.freeze, "freeze");
    }
}

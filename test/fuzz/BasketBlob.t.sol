// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BasketBlob} from "../../contracts/libraries/BasketBlob.sol";
import {Asset} from "../../contracts/types/VaultTypes.sol";
import {Test} from "forge-std/Test.sol";

contract BasketBlobTest is Test {
    function testFuzz_ReadsBackWhatWasWrittenForEverySize(bytes32 seed) external {
        for (uint256 n = 1; n <= 128; n += n < 4 ? 1 : 31) _check(_assets(seed, n));
    }

    function testFuzz_ReadsBackOneSize(bytes32 seed, uint8 size) external {
        _check(_assets(seed, bound(size, 1, 128)));
    }

    function _assets(bytes32 seed, uint256 n) private pure returns (Asset[] memory list) {
        list = new Asset[](n);
        for (uint256 i; i < n; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, n, i)));
            list[i] = Asset(address(uint160(word)), uint8((word >> 160) % 37), uint8(word >> 168));
        }
    }

    function _check(Asset[] memory assets) private {
        address pointer = BasketBlob.write(assets);
        bytes memory blob = BasketBlob.read(pointer);
        uint256 n = assets.length;
        assertEq(BasketBlob.size(pointer), n, "size");
        assertEq(BasketBlob.count(blob), n, "count");
        assertEq(BasketBlob.toAssets(blob).length, n, "assets");
        assertEq(BasketBlob.indexOf(blob, address(1)), n, "a token that is not there");
        address[] memory tokens = BasketBlob.toTokens(blob);
        for (uint256 i; i < n; ++i) {
            (address token, uint8 decimals, uint8 flags) = BasketBlob.entry(blob, i);
            _same(assets[i], Asset(token, decimals, flags));
            (token, decimals, flags) = BasketBlob.single(pointer, i);
            _same(assets[i], Asset(token, decimals, flags));
            _same(assets[i], BasketBlob.toAssets(blob)[i]);
            uint256 scale;
            (token, scale) = BasketBlob.scaled(blob, i);
            assertEq(token, assets[i].token, "scaled token");
            assertEq(scale, 10 ** (72 - uint256(assets[i].decimals)), "scale");
            assertEq(tokens[i], assets[i].token, "token");
            assertEq(BasketBlob.indexOf(blob, assets[i].token), i, "index");
        }
    }

    function _same(Asset memory a, Asset memory b) private pure {
        assertEq(a.token, b.token, "token");
        assertEq(a.decimals, b.decimals, "decimals");
        assertEq(a.flags, b.flags, "flags");
    }
}

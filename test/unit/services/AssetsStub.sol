// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title AssetsStub
/// @notice Tokens that stand for assets; anyone mints.
contract AssetsStub is ERC721("Assets", "AST") {
    function mint(address to, uint256 id) external {
        _mint(to, id);
    }
}

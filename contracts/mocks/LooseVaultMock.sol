// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asset} from "../types/VaultTypes.sol";

/// @title LooseVaultMock
/// @notice A later vault version that breaks its word: it names a price, pulls nothing, and may give no shares. It is
/// also the factory that lists it. Stands for what no honest vault does, to test what the zap makes of it.
contract LooseVaultMock {
    address[] internal _tokens;
    uint256[] internal _amounts;
    bool internal immutable _givesShares;

    mapping(address account => uint256) public balanceOf;

    constructor(address[] memory tokens, uint256[] memory amounts, bool givesShares) {
        _tokens = tokens;
        _amounts = amounts;
        _givesShares = givesShares;
    }

    /// @notice Lists itself and nothing else.
    function isIndex(address vault) external view returns (bool) {
        return vault == address(this);
    }

    /// @notice Basket without units or holdings.
    function basket() external view returns (Asset[] memory assets, uint256[] memory units, uint256[] memory holdings) {
        assets = new Asset[](_tokens.length);
        for (uint256 k = 0; k < _tokens.length; ++k) assets[k].token = _tokens[k];
        return (assets, units, holdings);
    }

    /// @notice The amounts it was built with, whatever the number of shares.
    function previewMint(uint256) external view returns (uint256[] memory amounts, uint256 feeShares) {
        return (_amounts, feeShares);
    }

    /// @notice Pulls nothing.
    function mint(
        uint256 shares,
        address receiver,
        uint256[] calldata,
        uint16,
        uint32
    ) external returns (uint256[] memory amounts) {
        if (_givesShares) balanceOf[receiver] += shares;
        return amounts;
    }
}

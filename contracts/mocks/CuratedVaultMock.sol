// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title CuratedVaultMock
/// @notice The one thing that the keeper registry asks a vault: who its curator is.
contract CuratedVaultMock {
    address public curator;

    constructor(address initialCurator) {
        curator = initialCurator;
    }
}

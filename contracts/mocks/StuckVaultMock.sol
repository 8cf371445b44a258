// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Epoch, Lane} from "../types/VaultTypes.sol";

/// @dev A dishonest vault: accepts any proposal and always reports the epoch that it was told to report.
contract StuckVaultMock {
    uint32 public epochId;
    uint256 public proposals;

    function setEpochId(uint32 newEpochId) external {
        epochId = newEpochId;
    }

    function proposeWeights(uint32, uint256[] calldata, Lane, bytes32, uint40, bytes[] calldata) external {
        proposals++;
    }

    function epoch() external view returns (Epoch memory last) {
        last.id = epochId;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVenueAdapter} from "../interfaces/IVenueAdapter.sol";

/// @title RogueAdapter
/// @notice A venue adapter that keeps what it is sent, or fails with as much revert data as it was built with.
contract RogueAdapter is IVenueAdapter {
    uint256 internal immutable _reasonLength; // {bytes} 0: keeps the tokens and returns

    constructor(uint256 reasonLength) {
        _reasonLength = reasonLength;
    }

    /// @inheritdoc IVenueAdapter
    function swap(address, address, address, bytes calldata) external view {
        uint256 length = _reasonLength;
        if (length == 0) return;
        assembly ("memory-safe") {
            revert(mload(0x40), length)
        }
    }
}

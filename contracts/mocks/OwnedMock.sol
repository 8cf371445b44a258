// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

/// @title OwnedMock
/// @dev Something that an owner governs; its setup call can call back.
contract OwnedMock is Ownable2Step {
    uint256 public value; // number of calls

    constructor(address initialOwner) Ownable(initialOwner) {}

    function set(uint256 newValue) external onlyOwner {
        value = newValue;
    }

    function call(address target, bytes calldata data) external onlyOwner {
        (bool success, bytes memory reason) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}

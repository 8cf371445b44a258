// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenMock} from "./TokenMock.sol";

/// @title HookToken
/// @notice Calls a target of the attacker's choice in every transfer, as ERC-777 hooks do. Local chains only.
contract HookToken is TokenMock {
    address public target;
    bytes public payload;
    bool public hookSucceeded;
    bytes public hookReason; // revert data of the last hook

    constructor(string memory name_, string memory symbol_, uint8 decimals_) TokenMock(name_, symbol_, decimals_) {}

    /// @notice Sets what every transfer calls. Target 0: nothing.
    function setHook(address newTarget, bytes calldata newPayload) external {
        target = newTarget;
        payload = newPayload;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target == address(0)) return;
        (hookSucceeded, hookReason) = target.call(payload);
    }
}

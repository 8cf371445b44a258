// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IFillCallback} from "../interfaces/IFillCallback.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";

/// @title FillerMock
/// @notice Fills in the callback way, pays as much as it is told, and calls anything in between. Local chains only.
contract FillerMock is IFillCallback {
    /// @dev Stands for "what the vault asks for".
    uint256 public constant OWED = type(uint256).max;

    uint256 public payment; // {raw tokens} or OWED
    address public target;
    bytes public payload;
    uint256 public lastSold; // {raw tokens} that the callback reported
    uint256 public lastOwed; // {raw tokens} that the callback reported
    uint256 public received; // {raw tokens} of the sold token held when the callback came
    bool public callSucceeded;
    bytes public callReason; // revert data of the call in between

    /// @notice Sets what the callback pays and what it calls first. Target 0: nothing.
    function set(uint256 newPayment, address newTarget, bytes calldata newPayload) external {
        payment = newPayment;
        target = newTarget;
        payload = newPayload;
    }

    /// @notice Fills as much as there is.
    function fill(IIndexVault vault, uint256 i, uint256 j) external returns (uint256 sold, uint256 paid) {
        return vault.fill(i, j, type(uint256).max, 0, type(uint256).max, vault.basketNonce(), "pay");
    }

    /// @inheritdoc IFillCallback
    function onFill(address sellToken, uint256 sold, address buyToken, uint256 owed, bytes calldata) external {
        lastSold = sold;
        lastOwed = owed;
        received = IERC20(sellToken).balanceOf(address(this));
        if (target != address(0)) (callSucceeded, callReason) = target.call(payload);
        IERC20(buyToken).transfer(msg.sender, payment == OWED ? owed : payment);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";

/// @title ReceiverMock
/// @notice A contract that holds ERC-721 and ERC-1155 tokens, does what it is told, and calls anything or refuses when
/// it receives one. Local chains only.
contract ReceiverMock is ERC721Holder, ERC1155Holder {
    /// @notice Thrown when the contract was told to refuse tokens.
    error ReceiverMock_Refused();

    address public target;
    bytes public payload;
    bool public refusing;
    uint256 public hooks; // how often it was called
    bool public hookSucceeded;
    bytes public hookReason; // revert data of the last hook

    /// @notice Sets what every receipt calls. Target 0: nothing.
    function setHook(address newTarget, bytes calldata newPayload) external {
        (target, payload) = (newTarget, newPayload);
    }

    /// @notice Sets whether receipts are refused.
    function setRefusing(bool newRefusing) external {
        refusing = newRefusing;
    }

    /// @notice Calls anything.
    function execute(address to, bytes calldata data) external returns (bytes memory) {
        (bool worked, bytes memory answer) = to.call(data);
        if (worked) return answer;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function onERC721Received(address, address, uint256, bytes memory) public override returns (bytes4) {
        _received();
        return this.onERC721Received.selector;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes memory) public override returns (bytes4) {
        _received();
        return this.onERC1155Received.selector;
    }

    function _received() private {
        require(!refusing, ReceiverMock_Refused());
        ++hooks;
        if (target != address(0)) (hookSucceeded, hookReason) = target.call(payload);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ReplayFeed} from "./ReplayFeed.sol";

/// @title ReplayFeedHub
/// @notice Publishes new rounds of many feeds in one call. Must be the `publisher` of those feeds.
contract ReplayFeedHub is Ownable {
    /// @notice Thrown when feeds and answers differ in length.
    error ReplayFeedHub_LengthMismatch(uint256 actual, uint256 expected);
    /// @notice Thrown when the caller is neither publisher nor owner.
    error ReplayFeedHub_Unauthorized(address caller);

    /// @notice Emitted when an account may or may no longer publish.
    event PublisherSet(address indexed account, bool isPublisher);
    /// @notice Emitted after each batch.
    event BatchPublished(uint256 count, uint256 updatedAt);

    mapping(address account => bool allowed) public isPublisher;

    constructor(address initialOwner) Ownable(initialOwner) {}

    /// @notice Allows or forbids `account` to publish.
    function setPublisher(address account, bool allowed) external onlyOwner {
        isPublisher[account] = allowed;

        emit PublisherSet(account, allowed);
    }

    /// @notice Starts a round in each feed.
    /// @param answers in the decimals of each feed.
    /// @param updatedAt {s} 0 = now.
    function publish(ReplayFeed[] calldata feeds, int256[] calldata answers, uint256 updatedAt) external {
        require(isPublisher[msg.sender] || msg.sender == owner(), ReplayFeedHub_Unauthorized(msg.sender));
        require(feeds.length == answers.length, ReplayFeedHub_LengthMismatch(answers.length, feeds.length));

        for (uint256 i; i < feeds.length; ++i) {
            feeds[i].publish(answers[i], updatedAt);
        }

        emit BatchPublished(feeds.length, updatedAt == 0 ? block.timestamp : updatedAt);
    }
}

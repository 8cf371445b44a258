// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV2V3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV2V3Interface.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @title ReplayFeed
/// @notice Aggregator whose answers a replay publishes. Stands behind a real Chainlink proxy.
/// @dev Behaves like the aggregators on live chains in what a reader can see: rounds without gaps from 1, one slot
/// for the state and one a round (so that a read costs as much), times that never run backwards or ahead, no data
/// for unknown rounds, and answers that never leave [minAnswer, maxAnswer], which is what made stuck
/// minimum prices possible.
contract ReplayFeed is AggregatorV2V3Interface, Ownable {
    struct Round {
        int192 answer; // D(decimals){USD/tok}
        uint64 updatedAt; // {s}
    }

    /// @notice Thrown when a round does not exist.
    error ReplayFeed_NoDataPresent(uint256 roundId);
    /// @notice Thrown when the caller is neither publisher nor owner.
    error ReplayFeed_Unauthorized(address caller);
    /// @notice Thrown when a round's time is before the last one's or in the future.
    error ReplayFeed_TimeInvalid(uint256 updatedAt, uint256 previous);

    /// @notice Emitted when the publisher changes.
    event PublisherSet(address indexed previous, address indexed current);

    uint8 public immutable decimals;
    /// @notice Smallest and largest answer that the feed can give.
    int192 public immutable minAnswer;
    int192 public immutable maxAnswer;

    string public description;
    /// @notice Who publishes beside the owner; usually a ReplayFeedHub.
    address public publisher;
    uint32 private _latestRound;
    mapping(uint256 roundId => Round round) private _rounds;

    constructor(
        address initialOwner,
        address initialPublisher,
        uint8 feedDecimals,
        string memory feedDescription,
        int192 feedMinAnswer,
        int192 feedMaxAnswer
    ) Ownable(initialOwner) {
        decimals = feedDecimals;
        description = feedDescription;
        minAnswer = feedMinAnswer;
        maxAnswer = feedMaxAnswer;
        _setPublisher(initialPublisher);
    }

    /// @notice Sets who may publish.
    function setPublisher(address newPublisher) external onlyOwner {
        _setPublisher(newPublisher);
    }

    /// @notice Starts a new round. An answer beyond the bounds is reported as the bound.
    /// @param answer D(decimals){USD/tok}
    /// @param updatedAt {s} 0 = now.
    function publish(int256 answer, uint256 updatedAt) external returns (uint256 roundId) {
        require(msg.sender == publisher || msg.sender == owner(), ReplayFeed_Unauthorized(msg.sender));
        uint256 time = updatedAt == 0 ? block.timestamp : updatedAt;
        roundId = _latestRound;
        uint256 previous = _rounds[roundId].updatedAt;
        require(time >= previous && time <= block.timestamp, ReplayFeed_TimeInvalid(time, previous));

        int256 bounded =
            answer < minAnswer
                ? minAnswer
                : answer > maxAnswer
                    ? maxAnswer
                    : answer;
        ++roundId;
        // Casts: 2^32 rounds are never reached, the answer was just bounded, and time fits 64 bits.
        _latestRound = uint32(roundId);
        _rounds[roundId] = Round(int192(bounded), uint64(time));

        emit NewRound(roundId, msg.sender, time);
        emit AnswerUpdated(bounded, roundId, time);
    }

    function version() external pure returns (uint256) {
        return 4;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return getRoundData(_latestRound);
    }

    function latestAnswer() external view returns (int256) {
        return _rounds[_latestRound].answer;
    }

    function latestTimestamp() external view returns (uint256) {
        return _rounds[_latestRound].updatedAt;
    }

    function latestRound() external view returns (uint256) {
        return _latestRound;
    }

    function getAnswer(uint256 roundId) external view returns (int256) {
        return _rounds[roundId].answer;
    }

    function getTimestamp(uint256 roundId) external view returns (uint256) {
        return _rounds[roundId].updatedAt;
    }

    function getRoundData(uint80 roundId) public view returns (uint80, int256, uint256, uint256, uint80) {
        Round memory round = _rounds[roundId];
        require(round.updatedAt != 0, ReplayFeed_NoDataPresent(roundId));
        return (roundId, round.answer, round.updatedAt, round.updatedAt, roundId);
    }

    function _setPublisher(address newPublisher) private {
        emit PublisherSet(publisher, newPublisher);

        publisher = newPublisher;
    }
}

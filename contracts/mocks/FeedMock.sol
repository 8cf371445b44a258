// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title FeedMock
/// @notice A feed, sequencer uptime feed or token that says anything at all and fails in every way there is.
contract FeedMock {
    enum Fault {
        NONE,
        REVERT,
        REVERT_WITH_BOMB,
        ANSWER_WITH_BOMB,
        BURN_GAS,
        ANSWER_TOO_SHORT,
        ANSWER_NOTHING
    }

    Fault public fault;
    uint256 public decimals;
    uint256[5] private _round;

    /// @notice Sets what `decimals()` returns.
    function setDecimals(uint256 newDecimals) external {
        decimals = newDecimals;
    }

    /// @notice Sets the five words of the round: roundId, answer, startedAt, updatedAt, answeredInRound.
    function setRound(uint256[5] calldata round) external {
        _round = round;
    }

    /// @notice Sets how reads fail from now on.
    function setFault(Fault newFault) external {
        fault = newFault;
    }

    /// @notice The round, unless there is a fault.
    function latestRoundData() external view returns (uint256, uint256, uint256, uint256, uint256) {
        Fault current = fault;
        uint256[5] memory round = _round;
        assembly ("memory-safe") {
            switch current
            case 1 {
                revert(0, 0)
            }
            case 2 {
                revert(0, 30000)
            }
            case 3 {
                // A perfectly good answer with 30 kB behind it.
                return(round, 30000)
            }
            case 4 {
                invalid()
            }
            case 5 {
                return(round, 159)
            }
            case 6 {
                return(0, 0)
            }
        }
        return (round[0], round[1], round[2], round[3], round[4]);
    }
}

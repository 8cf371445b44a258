// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IIndexTimelock
/// @notice What is ours in the DAO's timelock; the rest is OpenZeppelin's TimelockController.
interface IIndexTimelock {
    /// @notice Changes the delay of operations that are scheduled from now on.
    /// Emits {TimelockController-MinDelayChange}.
    /// Requirements: caller is the timelock itself; `MIN_DELAY` to `MAX_DELAY`.
    function updateDelay(uint256 newDelay) external;

    /// @notice Shortest delay. {s}
    // solhint-disable-next-line func-name-mixedcase
    function MIN_DELAY() external view returns (uint256);

    /// @notice Longest delay. {s}
    // solhint-disable-next-line func-name-mixedcase
    function MAX_DELAY() external view returns (uint256);
}

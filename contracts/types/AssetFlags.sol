// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title AssetFlags
/// @notice Bits of `AssetConfig.flags` (stored) and `Quote.flags` (stored and live).
library AssetFlags {
    /// @dev Stored: pegged to one USD; its peg is checked whenever it is bought.
    uint8 internal constant STABLE = 1;
    /// @dev Stored: the guardian or the owner stopped trading in this token.
    uint8 internal constant FROZEN = 2;
    /// @dev Stored: balances may fall by themselves; redemptions read the balance first.
    uint8 internal constant MAY_SHRINK = 4;
    /// @dev Stored: no price while the second source disagrees.
    uint8 internal constant CROSS_CHECK = 8;
    /// @dev Live: the answer is at or near the feed's minimum, so the true price may be lower.
    uint8 internal constant NEAR_MINIMUM = 16;
    /// @dev Live: a stable token off its peg.
    uint8 internal constant OFF_PEG = 32;
}

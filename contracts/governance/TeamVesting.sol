// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";

/// @title TeamVesting
/// @notice The team's GIM: nothing for a year, a quarter then, the rest second by second over three more years.
/// @dev OpenZeppelin's VestingWallet with a cliff. The beneficiary is its owner and may pass the place on; anyone may
/// release to the beneficiary what is due. Nobody can take back what is in it.
contract TeamVesting is VestingWalletCliff {
    /// @dev {s}
    uint64 private constant YEAR = 365 days;

    // Fits 64 bits for as long as there is a chain.
    constructor(
        address beneficiary
    ) VestingWallet(beneficiary, uint64(block.timestamp), 4 * YEAR) VestingWalletCliff(YEAR) {}
}

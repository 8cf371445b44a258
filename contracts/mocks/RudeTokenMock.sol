// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenMock} from "./TokenMock.sol";

/// @dev How a RudeTokenMock answers `balanceOf`.
enum Manner {
    POLITE,
    REVERTS,
    BURNS_GAS,
    RETURNS_A_MEGABYTE,
    RETURNS_NOTHING,
    LOSES_HALF
}

/// @title RudeTokenMock
/// @notice An ERC-20 whose `balanceOf` can be told to misbehave. Local chains only.
contract RudeTokenMock is TokenMock {
    /// @notice Thrown when the token was told to refuse an answer.
    error RudeTokenMock_Refused(address account);

    Manner public manner;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) TokenMock(name_, symbol_, decimals_) {}

    /// @notice Sets how `balanceOf` answers from now on.
    function setManner(Manner newManner) external {
        manner = newManner;
    }

    /// @notice {raw tokens} of `account`, or something else.
    function balanceOf(address account) public view override returns (uint256) {
        Manner current = manner;
        require(current != Manner.REVERTS, RudeTokenMock_Refused(account));
        if (current == Manner.BURNS_GAS) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (current == Manner.RETURNS_A_MEGABYTE) {
            assembly {
                return(0, 1048576)
            }
        }
        if (current == Manner.RETURNS_NOTHING) {
            assembly {
                return(0, 0)
            }
        }
        uint256 held = super.balanceOf(account);
        return current == Manner.LOSES_HALF ? held / 2 : held;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenMock} from "./TokenMock.sol";

/// @title BreakableToken
/// @notice A token whose transfers can be made to revert, as when its issuer pauses it or its chain stops. Local chains
/// only.
contract BreakableToken is TokenMock {
    /// @notice Thrown by every transfer while the token is broken.
    error BreakableToken_Broken();

    /// @notice Emitted when the token breaks or is repaired.
    event BrokenSet(bool broken);

    bool public broken;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) TokenMock(name_, symbol_, decimals_) {}

    function setBroken(bool newBroken) external {
        broken = newBroken;

        emit BrokenSet(newBroken);
    }

    function _update(address from, address to, uint256 value) internal override {
        require(!broken, BreakableToken_Broken());

        super._update(from, to, value);
    }
}

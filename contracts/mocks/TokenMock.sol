// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title TokenMock
/// @notice Well-behaved ERC-20 with ERC-2612 permits and any number of decimals; anyone mints. Local chains only.
contract TokenMock is ERC20Permit {
    uint8 internal immutable _decimals;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) ERC20(name_, symbol_) ERC20Permit(name_) {
        _decimals = decimals_;
    }

    /// @notice Mints `amount` {raw tokens} to `receiver`.
    function mint(address receiver, uint256 amount) external {
        _mint(receiver, amount);
    }

    /// @notice Number of decimals of one whole token.
    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}

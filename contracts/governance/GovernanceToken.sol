// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title GovernanceToken
/// @notice GIM: 1,000,000,000 at birth, burnt now and then, never minted again. No owner, no pause, no list.
/// @dev Votes come from locking it in the VotingEscrow, not from holding it.
contract GovernanceToken is ERC20, ERC20Burnable, ERC20Permit {
    /// @notice {GIM wei} minted at deployment.
    uint256 public constant INITIAL_SUPPLY = 1_000_000_000e18;

    constructor(address receiver) ERC20("Gimbal", "GIM") ERC20Permit("Gimbal") {
        _mint(receiver, INITIAL_SUPPLY);
    }
}

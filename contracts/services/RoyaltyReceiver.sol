// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {LibClone} from "solady/src/utils/LibClone.sol";
import {IRoyaltyReceiver} from "../interfaces/services/IRoyaltyReceiver.sol";
import {IStrategyRegistry} from "../interfaces/services/IStrategyRegistry.sol";

/// @title RoyaltyReceiver
/// @notice What vaults pay the royalty of one strategy to. It belongs to whoever owns the strategy's token.
///
/// vault.distributeFees() mints fee shares here -> payOut() by anyone -> the token's owner
///
/// @dev
/// WHY
/// - A vault adopts one address for good. The token may be sold: this address stays, and pays who owns the token when
///   it pays. Who sells a token should pay out first; what waits here goes with the token.
///
/// TRUST
/// - No owner, no state, no other way out. Registry and id are in the code of the clone.
///
/// TOKEN REQUIREMENTS
/// - Any ERC-20. One that fails keeps nobody from the others. Native ether is not taken.
contract RoyaltyReceiver is IRoyaltyReceiver, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IRoyaltyReceiver
    function payOut(address token) external nonReentrant returns (uint256 amount) {
        amount = IERC20(token).balanceOf(address(this));
        if (amount == 0) return 0;
        (IStrategyRegistry from, uint256 strategy) = _args();
        address owner = from.ownerOf(strategy);

        emit PaidOut(token, owner, amount);
        IERC20(token).safeTransfer(owner, amount);
    }

    /// @inheritdoc IRoyaltyReceiver
    function registry() external view returns (IStrategyRegistry from) {
        (from, ) = _args();
    }

    /// @inheritdoc IRoyaltyReceiver
    function id() external view returns (uint256 strategy) {
        (, strategy) = _args();
    }

    /// @dev What the registry wrote into this clone's code.
    function _args() private view returns (IStrategyRegistry, uint256) {
        return abi.decode(LibClone.argsOnClone(address(this)), (IStrategyRegistry, uint256));
    }
}

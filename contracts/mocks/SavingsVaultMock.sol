// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20, ERC4626, IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// @title SavingsVaultMock
/// @notice An ERC-4626 vault whose rate is what it holds: a gift raises it at once. `lose` takes assets away, and
/// `setSilent` makes it answer nothing. Local chains only.
contract SavingsVaultMock is ERC4626 {
    error SavingsVaultMock_Silent();

    bool private _isSilent;

    constructor(IERC20 asset_, string memory name_, string memory symbol_) ERC20(name_, symbol_) ERC4626(asset_) {}

    /// @notice Sends `amount` {raw tokens} of the assets away.
    function lose(uint256 amount) external {
        SafeERC20.safeTransfer(IERC20(asset()), address(0xdead), amount);
    }

    /// @notice Makes `convertToAssets` revert, or work again.
    function setSilent(bool isSilent) external {
        _isSilent = isSilent;
    }

    /// @notice Assets {raw tokens} that `shares` {raw tokens} stand for.
    function convertToAssets(uint256 shares) public view override returns (uint256) {
        require(!_isSilent, SavingsVaultMock_Silent());
        return super.convertToAssets(shares);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IERC7575
/// @notice ERC-7575: an ERC-4626 vault whose share token is another contract.
interface IERC7575 {
    /// @notice Emitted when claimed shares are sent. `owner` received them.
    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    /// @notice Emitted when claimed cash is sent to `receiver`.
    event Withdraw(
        address indexed sender,
        address indexed receiver,
        address indexed owner,
        uint256 assets,
        uint256 shares
    );

    /// @notice The token that deposits are made in.
    function asset() external view returns (address);

    /// @notice The token that stands for a part of the index.
    function share() external view returns (address);

    /// @notice {share wei} that `assets` {raw tokens} are worth, without fees or premiums.
    function convertToShares(uint256 assets) external view returns (uint256 shares);

    /// @notice {raw tokens} that `shares` {share wei} are worth, without fees or premiums.
    function convertToAssets(uint256 shares) external view returns (uint256 assets);

    /// @notice {raw tokens} that everything behind the shares is worth.
    function totalAssets() external view returns (uint256);

    /// @notice {raw tokens} that `deposit` accepts now.
    function maxDeposit(address receiver) external view returns (uint256 maxAssets);

    /// @notice {share wei} that `deposit` would give.
    function previewDeposit(uint256 assets) external view returns (uint256 shares);

    /// @notice Gives shares for `assets` {raw tokens}.
    function deposit(uint256 assets, address receiver) external returns (uint256 shares);

    /// @notice {share wei} that `mint` accepts now.
    function maxMint(address receiver) external view returns (uint256 maxShares);

    /// @notice {raw tokens} that `mint` would take.
    function previewMint(uint256 shares) external view returns (uint256 assets);

    /// @notice Gives exactly `shares` {share wei}.
    function mint(uint256 shares, address receiver) external returns (uint256 assets);

    /// @notice {raw tokens} that `withdraw` accepts now.
    function maxWithdraw(address owner) external view returns (uint256 maxAssets);

    /// @notice {share wei} that `withdraw` would take.
    function previewWithdraw(uint256 assets) external view returns (uint256 shares);

    /// @notice Gives exactly `assets` {raw tokens}.
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares);

    /// @notice {share wei} that `redeem` accepts now.
    function maxRedeem(address owner) external view returns (uint256 maxShares);

    /// @notice {raw tokens} that `redeem` would give.
    function previewRedeem(uint256 shares) external view returns (uint256 assets);

    /// @notice Gives assets for `shares` {share wei}.
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets);
}

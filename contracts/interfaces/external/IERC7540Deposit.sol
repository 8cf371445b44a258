// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IERC7540Deposit
/// @notice ERC-7540: deposits in two steps, request and claim.
interface IERC7540Deposit {
    /// @notice Emitted when cash of `owner` arrives for shares that `controller` may claim later.
    event DepositRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 assets
    );

    /// @notice Takes `assets` {raw tokens} from `owner` and files a request.
    function requestDeposit(uint256 assets, address controller, address owner) external returns (uint256 requestId);

    /// @notice {raw tokens} of a request that are not yet exchanged or refunded.
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);

    /// @notice {raw tokens} of a request that became shares, ready to be claimed.
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);

    /// @notice Sends the shares that `assets` {raw tokens} of the controller's requests became.
    function deposit(uint256 assets, address receiver, address controller) external returns (uint256 shares);

    /// @notice Sends exactly `shares` {share wei} of what the controller may claim.
    function mint(uint256 shares, address receiver, address controller) external returns (uint256 assets);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IERC7540Redeem
/// @notice ERC-7540: redemptions in two steps, request and claim.
interface IERC7540Redeem {
    /// @notice Emitted when shares of `owner` arrive for cash that `controller` may claim later.
    event RedeemRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );

    /// @notice Takes `shares` {share wei} from `owner` and files a request.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);

    /// @notice {share wei} of a request that are not yet exchanged or refunded.
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice {share wei} of a request that became cash, ready to be claimed.
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
}

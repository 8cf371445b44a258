// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IPermit2
/// @notice The part of Permit2's SignatureTransfer that the periphery calls.
interface IPermit2 {
    struct TokenPermissions {
        address token;
        uint256 amount; // {raw tokens} most that may be taken
    }

    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce; // {1} unordered, used once
        uint256 deadline; // {s}
    }

    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount; // {raw tokens}
    }

    /// @notice Moves tokens of `owner`, who signed for the calling contract as spender.
    function permitTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes calldata signature
    ) external;
}

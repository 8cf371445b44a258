// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev How the caller's tokens are authorised.
/// NONE: an allowance given before. ERC2612: a permit of the token itself. PERMIT2: a signature for Permit2.
enum PermitKind {
    NONE,
    ERC2612,
    PERMIT2
}

/// @dev Signed by the caller himself; nobody can use another one's signature.
struct Permit {
    PermitKind kind;
    uint256 amount; // {raw tokens} signed for; at least what is taken
    uint256 nonce; // {1} PERMIT2 only
    uint256 deadline; // {s} signed
    bytes signature;
}

/// @dev One token, or Ether, into exactly `shares` of a vault.
struct ZapIn {
    address vault;
    address tokenIn; // NATIVE for Ether
    uint256 amountIn; // {raw tokens} most that is spent; what is not needed comes back
    uint256 shares; // {share wei} that `receiver` gets, exactly
    address receiver;
    uint256 deadline; // {s}
    uint32 basketNonce;
    uint16 maxFeeBps; // {bps} largest accepted mint fee
    bytes entry; // path tokenIn -> hub for the whole amount first; empty: tokenIn is the hub
    bytes[] routes; // in basket order: path token -> hub, as for exactOutput; empty: hub itself or no units
}

/// @dev Shares of a vault into one token, or Ether.
struct ZapOut {
    address vault;
    uint256 shares; // {share wei}
    address tokenOut; // NATIVE for Ether
    uint256 minOut; // {raw tokens} of tokenOut
    address receiver;
    uint256 deadline; // {s}
    uint32 basketNonce;
    uint256 skipBitmap; // {1} legs that the vault shall not try: they become claims of the caller
    bytes[] routes; // in basket order: path token -> hub; empty: the leg is paid in kind
    bytes exit; // path hub -> tokenOut for the sum at the end; empty: tokenOut is the hub
}

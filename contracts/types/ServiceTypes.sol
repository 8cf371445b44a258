// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/* ACCESS PASS */

/// @notice Why a receipt was left out of a settlement.
enum SkipReason {
    NonceUsed, // settled or cancelled before, or beyond what a nonce may be
    Expired, // past its own end, or the trial has ended
    SignatureInvalid, // neither of the account nor of a running key of it
    UnitsInvalid // none, or more than the meter holds
}

/// @notice What somebody has in both currencies, or what something costs in them.
/// @dev One slot. `usdc` {raw USDC}, `gim` {GIM wei}.
struct Amounts {
    uint128 usdc;
    uint128 gim;
}

/// @notice What a payer signs, by EIP-712, for one use of a service.
/// @dev `id` is what pays: credits or the trial. `asset` is the token of the registry that was used, 0 for none.
struct UsageReceipt {
    address account;
    uint256 id; // {id} of credits or of the trial
    uint256 asset; // {id} of the registry; 0 for none
    uint256 nonce; // {nonce} below 2^87, once an account and id; 128 that follow each other share a slot
    uint32 units;
    uint48 validUntil; // {s} settled before this second, or never
}

/// @notice One receipt on its way to settlement, without what its group has in common.
/// @dev `r` and `vs` are the signature in its short form (ERC-2098).
struct SignedUsage {
    uint256 nonce; // {nonce}
    uint32 units;
    uint48 validUntil; // {s}
    bytes32 r;
    bytes32 vs;
}

/// @notice Receipts of one account about one id and one asset.
struct UsageGroup {
    address account;
    uint256 id; // {id} of credits or of the trial
    uint256 asset; // {id} of the registry; 0 for none
    SignedUsage[] receipts;
}

/// @notice Credits of an id, from the first on. issued = used + expired + held, and held = in wallets + in meters.
struct CreditSupply {
    uint64 issued;
    uint64 used;
    uint64 expired; // of trials alone
}

/// @notice A subscription. What it brings is fixed when it is added; its prices are not.
struct Plan {
    uint96 usdcPrice; // {raw USDC} for 30 days; 0 = not sold for it
    uint96 gimPrice; // {GIM wei} for 30 days; 0 = not sold for it
    uint32 services; // bit n = service of credits n
    uint32 creditsPerDay;
}

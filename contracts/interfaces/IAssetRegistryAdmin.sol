// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetConfig} from "./IAssetRegistry.sol";
import {IKeeperRegistry} from "./IKeeperRegistry.sol";

/// @title IAssetRegistryAdmin
/// @notice How listings change. The owner is the DAO's timelock; the guardian may only freeze, and
/// is the one whom the keeper registry names.
interface IAssetRegistryAdmin {
    /// @notice Lists `token` or changes its listing.
    /// Emits {AssetSet}.
    /// Notes: a frozen token stays frozen; only `setFrozen` thaws, so that a change prepared before a freeze cannot
    /// undo it.
    /// Requirements: caller is the owner; token and feed have code and the stated decimals (at most 36); heartbeat
    /// not 0; the tier is open; the deviation threshold is at most `MAX_DEVIATION`; only stored flags; the second
    /// source has code and fits its kind: an aggregator its decimals and a heartbeat, a pool contains the token and
    /// another listed one, a window of at least `MIN_TWAP_WINDOW` and decimals 0; a cross-check needs a second
    /// source.
    function setAsset(address token, AssetConfig calldata config) external;

    /// @notice Lists many tokens. See `setAsset`.
    /// Emits {AssetSet} for each.
    function setAssets(address[] calldata tokens, AssetConfig[] calldata configs) external;

    /// @notice Removes the listing of `token`: it has no price from now on.
    /// Emits {AssetSet}.
    /// Requirements: caller is the owner; the token is listed.
    function removeAsset(address token) external;

    /// @notice Freezes or thaws trading in `token`. Its price stays readable.
    /// Emits {AssetFrozen}.
    /// Requirements: caller is the owner, or `keepers.guardian()` when `frozen`; the token is listed.
    function setFrozen(address token, bool frozen) external;

    /// @notice Sets the cap of a tier; 0 closes it for new listings and targets.
    /// Emits {TierSet}.
    /// Requirements: caller is the owner; tier below 16; at most 10,000.
    /// @param maxWeightBps {bps of NAV}
    function setTier(uint8 tier, uint16 maxWeightBps) external;

    /// @notice The keeper registry, which names the one guardian of the protocol and ends its term.
    function keepers() external view returns (IKeeperRegistry);

    /// @notice Uptime feed of the L2 sequencer; 0 on L1.
    function sequencerFeed() external view returns (address);

    /// @notice How long the sequencer must have been up before prices count again. {s}
    function sequencerGrace() external view returns (uint32);

    /// @notice `AssetConfig.minPrice` for a feed's minimum answer: the smallest float at or above it.
    /// @param minimum D27{USD/tok}
    function encodeMinPrice(uint256 minimum) external pure returns (uint24);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {StrategyKind, StrategyRecord, StrategyVersion} from "../../types/ServiceTypes.sol";
import {Strategy} from "../../types/VaultTypes.sol";

/// @title IStrategyRegistry
/// @notice Strategies and datasets as tokens (ERC-721, ERC-2981): their versions, and who earns by their use.
/// @dev Ids count from 1. Views of an id that is not there revert with {ERC721NonexistentToken} of ERC-6093.
interface IStrategyRegistry is IERC721, IERC2981 {
    /// @notice Emitted once a token, when it is registered; {VersionPublished} follows. {bps}
    event StrategyRegistered(
        uint256 indexed id,
        address indexed author,
        StrategyKind indexed kind,
        address receiver,
        uint16 royaltyBps,
        uint16 resaleBps
    );
    /// @notice Emitted when a version is published; `index` counts from 0.
    event VersionPublished(uint256 indexed id, uint256 indexed index, bytes32 indexed hash, string uri);
    /// @notice Emitted when the royalty of later adoptions changes. {bps}
    event RoyaltySet(uint256 indexed id, uint16 previous, uint16 royaltyBps);
    /// @notice Emitted when the right to the resale royalty is handed on.
    event ResaleReceiverSet(uint256 indexed id, address indexed previous, address indexed receiver);

    /* AUTHORS AND OWNERS */

    /// @notice Registers a strategy or a dataset. The caller is its author and first owner.
    /// Emits {StrategyRegistered} and {VersionPublished}.
    /// Notes: hashes need not be unique, so nobody can take another's by being first; who was first is in the history.
    /// Requirements: royalty at most 5,000 bps, and 0 for a dataset; resale royalty at most 1,000 bps; a hash that is
    /// not 0; a URI of 1 to 512 bytes.
    /// @param royaltyBps {bps} of the creator's part of the fees of a vault that adopts it.
    /// @param resaleBps {bps} of the price of each sale, to the author, for ever.
    function register(
        StrategyKind kind,
        string calldata uri,
        bytes32 hash,
        uint16 royaltyBps,
        uint16 resaleBps
    ) external returns (uint256 id);

    /// @notice Appends a version.
    /// Emits {VersionPublished}.
    /// Notes: vaults keep the hash that they adopted.
    /// Requirements: caller is the token's owner; a hash that is not 0; a URI of 1 to 512 bytes.
    function publish(uint256 id, string calldata uri, bytes32 hash) external returns (uint256 index);

    /// @notice Sets the royalty of adoptions from now on.
    /// Emits {RoyaltySet}.
    /// Notes: vaults keep the rate that they adopted.
    /// Requirements: caller is the token's owner; at most 5,000 bps; not a dataset.
    function setRoyalty(uint256 id, uint16 royaltyBps) external;

    /// @notice Hands the right to the resale royalty on.
    /// Emits {ResaleReceiverSet}.
    /// Requirements: caller has the right; not to 0.
    function setResaleReceiver(uint256 id, address receiver) external;

    /* VIEWS */

    /// @notice Tokens so far; ids are 1 to this.
    function count() external view returns (uint256);

    /// @notice Kind, rates, count of changes of owner, and who gets the resale royalty.
    function recordOf(uint256 id) external view returns (StrategyRecord memory);

    /// @notice What a curator hands to `setStrategy` of a vault: receiver, royalty and newest hash, as they are now.
    /// Requirements: not a dataset.
    function strategyOf(uint256 id) external view returns (Strategy memory);

    /// @notice The account that vaults pay. Whatever it gets goes to the token's owner of the time it is paid out.
    function receiverOf(uint256 id) external view returns (address);

    /// @notice Hash of the newest version.
    function latestHash(uint256 id) external view returns (bytes32);

    /// @notice Number of versions, at least 1.
    function versionCount(uint256 id) external view returns (uint256);

    /// @notice Versions from index `from` on, at most `count_`, oldest first.
    function versions(uint256 id, uint256 from, uint256 count_) external view returns (StrategyVersion[] memory);

    /// @notice How often the token changed its owner. An offer made at another number is stale.
    function transferNonce(uint256 id) external view returns (uint256);

    /// @notice Code that every receiver runs.
    function receiverImplementation() external view returns (address);
}

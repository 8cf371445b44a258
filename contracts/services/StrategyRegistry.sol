// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibClone} from "solady/src/utils/LibClone.sol";
import {IStrategyRegistry} from "../interfaces/services/IStrategyRegistry.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {StrategyKind, StrategyRecord, StrategyVersion} from "../types/ServiceTypes.sol";
import {Strategy} from "../types/VaultTypes.sol";
import {RoyaltyReceiver} from "./RoyaltyReceiver.sol";

/// @title StrategyRegistry
/// @notice Strategies and datasets as tokens (ERC-721, ERC-2981): their versions, and who earns by their use.
///
/// register() -> publish() versions -> a curator hands strategyOf() to vault.setStrategy -> the vault's timelock
///
/// @dev
/// ADOPTION
/// - A vault copies receiver, rate and hash, through its own timelock, where holders see them coming. Nothing that
///   happens here afterwards (a version, a rate, a sale) changes what a vault has adopted.
/// - What stays adopted is the receiver: it pays who owns the token at the time.
///
/// HASHES
/// - They are not unique. If they were, a copycat who is first to send would keep the author out. The history tells
///   who published what when; readers weigh it.
///
/// RESALE
/// - ERC-2981: fixed at registration, to the author, who may hand the right on. Markets pay it as they choose; that of
///   this protocol does, a buy-out of locked shares does not.
///
/// ROLES
/// - Nobody owns this contract. The owner of a token publishes and sets the rate of later adoptions. An approved
///   account may transfer the token, as in every ERC-721, but neither publish nor set a rate.
/// - A token locked in StrategyShares belongs to a contract that does neither.
contract StrategyRegistry is IStrategyRegistry, ERC721 {
    /* CONSTANTS */

    /// @notice {bps} of the creator's part, as in the vault.
    uint16 public constant MAX_ROYALTY_BPS = 5_000;
    /// @notice {bps} of a sale's price.
    uint16 public constant MAX_RESALE_BPS = 1_000;
    /// @notice {bytes}
    uint256 public constant MAX_URI = 512;
    uint256 private constant BPS = 10_000;

    /* STORAGE */

    /// @inheritdoc IStrategyRegistry
    address public immutable receiverImplementation;
    /// @inheritdoc IStrategyRegistry
    uint256 public count; // {tokens}

    mapping(uint256 id => StrategyRecord) private _records;
    mapping(uint256 id => address) private _receivers;
    mapping(uint256 id => StrategyVersion[]) private _versions;

    /* CONSTRUCTOR */

    constructor() ERC721("Gimbal Strategies", "GSTRAT") {
        receiverImplementation = address(new RoyaltyReceiver());
    }

    /* AUTHORS AND OWNERS */

    /// @inheritdoc IStrategyRegistry
    /// @dev Minted without asking the caller whether it takes tokens: it has just asked for one. Nothing of it runs.
    function register(
        StrategyKind kind,
        string calldata uri,
        bytes32 hash,
        uint16 royaltyBps,
        uint16 resaleBps
    ) external returns (uint256 id) {
        id = ++count;
        _requireRoyaltyValid(id, kind, royaltyBps);
        require(resaleBps <= MAX_RESALE_BPS, ServiceErrors.StrategyRegistry_ResaleTooHigh(resaleBps, MAX_RESALE_BPS));

        _records[id] = StrategyRecord(kind, royaltyBps, resaleBps, 0, msg.sender);
        address receiver = LibClone.clone(receiverImplementation, abi.encode(address(this), id));
        _receivers[id] = receiver;

        emit StrategyRegistered(id, msg.sender, kind, receiver, royaltyBps, resaleBps);
        _append(id, uri, hash);
        _mint(msg.sender, id);
    }

    /// @inheritdoc IStrategyRegistry
    function publish(uint256 id, string calldata uri, bytes32 hash) external returns (uint256) {
        _requireOwner(id);
        return _append(id, uri, hash);
    }

    /// @inheritdoc IStrategyRegistry
    function setRoyalty(uint256 id, uint16 royaltyBps) external {
        _requireOwner(id);
        StrategyRecord storage record = _records[id];
        _requireStrategy(id);
        _requireRoyaltyValid(id, record.kind, royaltyBps);

        emit RoyaltySet(id, record.royaltyBps, royaltyBps);
        record.royaltyBps = royaltyBps;
    }

    /// @inheritdoc IStrategyRegistry
    function setResaleReceiver(uint256 id, address receiver) external {
        _requireOwned(id);
        StrategyRecord storage record = _records[id];
        address previous = record.resaleReceiver;
        require(msg.sender == previous, ServiceErrors.StrategyRegistry_Unauthorized(msg.sender, id));
        require(receiver != address(0), ServiceErrors.StrategyRegistry_ReceiverZero());

        emit ResaleReceiverSet(id, previous, receiver);
        record.resaleReceiver = receiver;
    }

    /* VIEWS */

    /// @inheritdoc IStrategyRegistry
    function recordOf(uint256 id) external view returns (StrategyRecord memory) {
        _requireOwned(id);
        return _records[id];
    }

    /// @inheritdoc IStrategyRegistry
    function strategyOf(uint256 id) external view returns (Strategy memory) {
        _requireOwned(id);
        _requireStrategy(id);
        return Strategy(_receivers[id], _records[id].royaltyBps, _latest(id).hash);
    }

    /// @inheritdoc IStrategyRegistry
    function receiverOf(uint256 id) external view returns (address) {
        _requireOwned(id);
        return _receivers[id];
    }

    /// @inheritdoc IStrategyRegistry
    function latestHash(uint256 id) external view returns (bytes32) {
        _requireOwned(id);
        return _latest(id).hash;
    }

    /// @inheritdoc IStrategyRegistry
    function versionCount(uint256 id) external view returns (uint256) {
        _requireOwned(id);
        return _versions[id].length;
    }

    /// @inheritdoc IStrategyRegistry
    function versions(uint256 id, uint256 from, uint256 count_) external view returns (StrategyVersion[] memory list) {
        _requireOwned(id);
        StrategyVersion[] storage all = _versions[id];
        uint256 start = Math.min(from, all.length);
        list = new StrategyVersion[](Math.min(count_, all.length - start));
        for (uint256 i; i < list.length; ++i) list[i] = all[start + i];
    }

    /// @inheritdoc IStrategyRegistry
    function transferNonce(uint256 id) external view returns (uint256) {
        _requireOwned(id);
        return _records[id].transferNonce;
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256 id, uint256 salePrice) external view returns (address, uint256) {
        _requireOwned(id);
        StrategyRecord memory record = _records[id];
        return (record.resaleReceiver, Math.mulDiv(salePrice, record.resaleBps, BPS));
    }

    /// @notice Where the document of the newest version is.
    function tokenURI(uint256 id) public view override returns (string memory) {
        _requireOwned(id);
        return _latest(id).uri;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    /* INTERNAL */

    /// @dev Counts changes of owner: neither the mint nor a transfer to oneself.
    function _update(address to, uint256 id, address auth) internal override returns (address from) {
        from = super._update(to, id, auth);
        if (from != address(0) && from != to) ++_records[id].transferNonce;
    }

    function _append(uint256 id, string calldata uri, bytes32 hash) private returns (uint256 index) {
        uint256 length = bytes(uri).length;
        require(length != 0 && length <= MAX_URI, ServiceErrors.StrategyRegistry_UriInvalid(length, MAX_URI));
        require(hash != 0, ServiceErrors.StrategyRegistry_HashZero());

        index = _versions[id].length;
        _versions[id].push(StrategyVersion(hash, uint48(block.timestamp), uri)); // 48 bits last 8 million years

        emit VersionPublished(id, index, hash, uri);
    }

    /// @dev Every token has a version from its registration on.
    function _latest(uint256 id) private view returns (StrategyVersion storage) {
        return _versions[id][_versions[id].length - 1];
    }

    function _requireOwner(uint256 id) private view {
        require(msg.sender == _requireOwned(id), ServiceErrors.StrategyRegistry_Unauthorized(msg.sender, id));
    }

    function _requireStrategy(uint256 id) private view {
        require(_records[id].kind == StrategyKind.STRATEGY, ServiceErrors.StrategyRegistry_NotAStrategy(id));
    }

    function _requireRoyaltyValid(uint256 id, StrategyKind kind, uint16 royaltyBps) private pure {
        require(
            royaltyBps <= MAX_ROYALTY_BPS,
            ServiceErrors.StrategyRegistry_RoyaltyTooHigh(royaltyBps, MAX_ROYALTY_BPS)
        );
        require(royaltyBps == 0 || kind == StrategyKind.STRATEGY, ServiceErrors.StrategyRegistry_NotAStrategy(id));
    }
}

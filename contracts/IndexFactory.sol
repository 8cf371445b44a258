// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {IIndexFactory} from "./interfaces/IIndexFactory.sol";
import {IIndexVault} from "./interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "./interfaces/IKeeperRegistry.sol";
import {BasketBlob} from "./libraries/BasketBlob.sol";
import {CloneArgs} from "./libraries/CloneArgs.sol";
import {CreationLib} from "./libraries/CreationLib.sol";
import {Errors} from "./libraries/Errors.sol";
import {TokenCalls} from "./libraries/TokenCalls.sol";
import {Asset, IndexParams} from "./types/VaultTypes.sol";

/// @title IndexFactory
/// @notice Creates indices for anyone, keeps the list of them, and names the protocol's part of their fees.
/// @dev The owner appends vault versions and sets the protocol's fee part, within its cap. It has no power over a
/// vault.
contract IndexFactory is IIndexFactory, Ownable2Step, ReentrancyGuardTransient {
    uint16 public constant MAX_PROTOCOL_FEE_BPS = 5_000; // {bps} of a vault's fees

    IAssetRegistry public immutable registry;
    IKeeperRegistry public immutable keepers;

    address[] private _versions;
    address[] private _indices;
    mapping(address vault => bool) public isIndex;
    uint16 private _protocolFeeBps; // {bps} of a vault's fees
    address private _protocolFeeRecipient;

    constructor(
        address initialOwner,
        IAssetRegistry newRegistry,
        IKeeperRegistry newKeepers,
        uint16 feeBps,
        address feeRecipient
    ) Ownable(initialOwner) {
        require(address(newRegistry).code.length != 0, Errors.IndexFactory_AddressInvalid(address(newRegistry)));
        require(address(newKeepers).code.length != 0, Errors.IndexFactory_AddressInvalid(address(newKeepers)));
        registry = newRegistry;
        keepers = newKeepers;
        _setProtocolFee(feeBps, feeRecipient);
    }

    /* CREATION */

    /// @inheritdoc IIndexFactory
    function createIndex(IndexParams calldata params) external nonReentrant returns (address vault) {
        uint256 version = _versions.length;
        require(version != 0, Errors.IndexFactory_AddressInvalid(address(0)));
        CreationLib.requireInRange(params);
        Asset[] memory assets = CreationLib.assets(registry, params);
        uint256 deadShares = CreationLib.deadShares(registry, params, assets);

        vault = Clones.cloneDeterministicWithImmutableArgs(
            _versions[version - 1],
            _args(params),
            _salt(params, msg.sender)
        );
        isIndex[vault] = true;
        _indices.push(vault);
        keepers.initSigners(vault, params.signers, params.threshold);
        emit IndexCreated(vault, msg.sender, version, params.name, params.symbol, params.strategy.methodologyHash);

        _pullSeed(vault, params.tokens, params.amounts);
        IIndexVault(vault).initialize(
            BasketBlob.write(assets),
            params.amounts,
            params.shares,
            deadShares,
            params.receiver,
            params.curator,
            params.fees,
            params.strategy
        );
    }

    /// @inheritdoc IIndexFactory
    function predictIndex(IndexParams calldata params, address creator) external view returns (address) {
        return
            Clones.predictDeterministicAddressWithImmutableArgs(
                implementation(_versions.length),
                _args(params),
                _salt(params, creator)
            );
    }

    /* OWNER */

    /// @inheritdoc IIndexFactory
    function addVersion(address newImplementation) external onlyOwner {
        require(newImplementation.code.length != 0, Errors.IndexFactory_AddressInvalid(newImplementation));
        _versions.push(newImplementation);
        emit VersionAdded(_versions.length, newImplementation);
    }

    /// @inheritdoc IIndexFactory
    function setProtocolFee(uint16 bps, address recipient) external onlyOwner {
        _setProtocolFee(bps, recipient);
    }

    /* VIEWS */

    /// @inheritdoc IIndexFactory
    function implementation(uint256 version) public view returns (address) {
        require(version != 0 && version <= _versions.length, Errors.IndexFactory_AddressInvalid(address(0)));
        return _versions[version - 1];
    }

    /// @inheritdoc IIndexFactory
    function latestVersion() external view returns (uint256) {
        return _versions.length;
    }

    /// @inheritdoc IIndexFactory
    function indexCount() external view returns (uint256) {
        return _indices.length;
    }

    /// @inheritdoc IIndexFactory
    function indices(uint256 start, uint256 count) external view returns (address[] memory list) {
        uint256 total = _indices.length;
        uint256 end = start < total ? (count < total - start ? start + count : total) : start;
        list = new address[](end - start);
        for (uint256 i = start; i < end; ++i) list[i - start] = _indices[i];
    }

    /// @inheritdoc IIndexFactory
    function protocolFee() external view returns (uint16 bps, address recipient) {
        return (_protocolFeeBps, _protocolFeeRecipient);
    }

    /* INTERNAL */

    /// @dev The vault checks what arrived.
    function _pullSeed(address vault, address[] calldata tokens, uint256[] calldata amounts) private {
        for (uint256 i; i < tokens.length; ++i) {
            uint256 amount = amounts[i];
            if (amount == 0) continue;
            address token = tokens[i];
            if (!TokenCalls.pull(token, msg.sender, vault, amount)) revert Errors.IndexVault_TransferFailed(token);
        }
    }

    function _setProtocolFee(uint16 bps, address recipient) private {
        require(bps <= MAX_PROTOCOL_FEE_BPS, Errors.IndexFactory_ProtocolFeeTooHigh(bps, MAX_PROTOCOL_FEE_BPS));
        require(recipient != address(0), Errors.IndexFactory_AddressInvalid(recipient));
        emit ProtocolFeeSet(_protocolFeeBps, bps, recipient);
        _protocolFeeBps = bps;
        _protocolFeeRecipient = recipient;
    }

    function _args(IndexParams calldata params) private pure returns (bytes memory) {
        return CloneArgs.encode(params.limits, params.destinations, params.name, params.symbol);
    }

    /// @dev Bound to the creator, so that nobody can take an announced address first.
    function _salt(IndexParams calldata params, address creator) private pure returns (bytes32) {
        return keccak256(abi.encode(creator, params.salt));
    }
}

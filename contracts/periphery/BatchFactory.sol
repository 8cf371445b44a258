// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {IBatchFactory} from "../interfaces/IBatchFactory.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {Errors} from "../libraries/Errors.sol";
import {BatchDepositor} from "./BatchDepositor.sol";

/// @title BatchFactory
/// @dev LIFECYCLE
/// create(vault) by anyone, once an index
///
/// @dev TRUST
/// - No owner, no settings, no funds. A clone can only be what this contract deployed with it: index, cash, prices.
contract BatchFactory is IBatchFactory {
    uint8 private constant MAX_DECIMALS = 8; // of the cash, so that sums of it fit 64 bits

    /// @inheritdoc IBatchFactory
    IIndexFactory public immutable factory;
    /// @inheritdoc IBatchFactory
    IAssetRegistry public immutable registry;
    /// @inheritdoc IBatchFactory
    address public immutable cash;
    /// @inheritdoc IBatchFactory
    address public immutable implementation;

    /// @inheritdoc IBatchFactory
    mapping(address vault => address) public depositorOf;
    /// @inheritdoc IBatchFactory
    mapping(address depositor => bool) public isDepositor;

    constructor(IIndexFactory factory_, IAssetRegistry registry_, address cash_) {
        require(address(factory_).code.length != 0, Errors.BatchFactory_AddressInvalid(address(factory_)));
        require(address(registry_).code.length != 0, Errors.BatchFactory_AddressInvalid(address(registry_)));
        require(cash_.code.length != 0, Errors.BatchFactory_AddressInvalid(cash_));
        uint8 decimals = IERC20Metadata(cash_).decimals();
        require(decimals <= MAX_DECIMALS, Errors.BatchFactory_DecimalsTooLarge(decimals, MAX_DECIMALS));
        factory = factory_;
        registry = registry_;
        cash = cash_;
        implementation = address(new BatchDepositor(registry_, cash_));
    }

    /// @inheritdoc IBatchFactory
    function create(address vault) external returns (address depositor) {
        require(factory.isIndex(vault), Errors.BatchFactory_VaultUnknown(vault));
        depositor = depositorOf[vault];
        require(depositor == address(0), Errors.BatchFactory_DepositorExists(vault, depositor));

        depositor = Clones.cloneDeterministicWithImmutableArgs(implementation, abi.encodePacked(vault), bytes32(0));
        depositorOf[vault] = depositor;
        isDepositor[depositor] = true;
        emit DepositorCreated(vault, depositor, msg.sender);
    }

    /// @inheritdoc IBatchFactory
    function predict(address vault) external view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, abi.encodePacked(vault), bytes32(0));
    }
}

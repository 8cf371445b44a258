// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAssetRegistry} from "./IAssetRegistry.sol";
import {IIndexFactory} from "./IIndexFactory.sol";

/// @title IBatchFactory
/// @notice Gives every index its batch depositor: one an index, at an address that follows from the index.
interface IBatchFactory {
    /// @notice Emitted when an index gets its batch depositor.
    event DepositorCreated(address indexed vault, address indexed depositor, address indexed creator);

    /// @notice Creates the batch depositor of `vault`. Anyone.
    /// Emits {DepositorCreated}.
    /// Requirements: `vault` is an index of the factory; it has no batch depositor yet.
    function create(address vault) external returns (address depositor);

    /// @notice Address of the batch depositor of `vault`, created or not.
    function predict(address vault) external view returns (address depositor);

    /// @notice The batch depositor of `vault`, 0 when none was created.
    function depositorOf(address vault) external view returns (address depositor);

    /// @notice Whether `depositor` was created here. Routers ask this before they trust an address.
    function isDepositor(address depositor) external view returns (bool);

    /// @notice The index factory whose indices may have a batch depositor.
    function factory() external view returns (IIndexFactory);

    /// @notice Where prices come from.
    function registry() external view returns (IAssetRegistry);

    /// @notice The cash of all batch depositors of this factory.
    function cash() external view returns (address);

    /// @notice The code that every batch depositor runs.
    function implementation() external view returns (address);
}

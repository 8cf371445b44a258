// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFillCallback} from "./IFillCallback.sol";
import {IIndexFactory} from "./IIndexFactory.sol";

/// @dev One fill of a vault through one venue.
struct FillOrder {
    uint256 i; // {1} index of the surplus token, sold
    uint256 j; // {1} index of the deficit token, bought
    uint256 maxSell; // {raw tokens} most of token i; the vault may sell less
    uint256 minSell; // {raw tokens} least of token i
    uint256 minReceived; // {raw tokens} of token j for `maxSell`; in proportion when the vault sells less
    address adapter; // one of the filler's venue adapters
    bytes route; // for the adapter
}

/// @title IAmmFiller
/// @notice Fills the lots of a vault through an AMM and gives all proceeds to the vault. Anyone may call.
/// @dev Keeps nothing: no owner, no balance before or after, no approvals. The list of adapters is fixed at deployment.
/// The vault's own price check is what protects it; `minReceived` is what the caller asks for on top of that.
interface IAmmFiller is IFillCallback {
    /// @notice Emitted once for each adapter, at deployment.
    event AdapterAdded(address indexed adapter);
    /// @notice Emitted when an order was filled. Amounts in raw tokens, as measured.
    event OrderFilled(
        address indexed vault,
        address indexed caller,
        address indexed adapter,
        address sellToken,
        address buyToken,
        uint256 sold,
        uint256 received
    );
    /// @notice Emitted when an order of a batch could not be filled. `reason`: first 256 bytes of the revert data.
    event OrderSkipped(address indexed vault, uint256 indexed i, uint256 indexed j, bytes reason);

    /// @notice Fills one order.
    /// Emits {OrderFilled}.
    /// Requirements: `vault` is an index of the factory; before the deadline; the adapter is listed; the venue pays at
    /// least what the vault asks for and what the order asks for.
    /// @param deadline {s} last second in which the call may run.
    /// @param basketNonce nonce that the order's indices refer to.
    /// @return sold {raw tokens} of token i that went to the venue.
    /// @return received {raw tokens} of token j that reached the vault.
    function fill(
        address vault,
        FillOrder calldata order,
        uint256 deadline,
        uint32 basketNonce
    ) external returns (uint256 sold, uint256 received);

    /// @notice Fills many orders of one vault. An order that cannot be filled is skipped and changes nothing.
    /// Emits {OrderFilled} or {OrderSkipped} for each order.
    /// Notes: an order also fails when gas runs short, so a gas estimate without `minFilled` may come out too low.
    /// Requirements: as for `fill`, and at least `minFilled` orders succeed.
    /// @param minFilled least number of orders that must succeed, else the call reverts.
    /// @return filled number of orders that succeeded.
    function fillMany(
        address vault,
        FillOrder[] calldata orders,
        uint256 minFilled,
        uint256 deadline,
        uint32 basketNonce
    ) external returns (uint256 filled);

    /// @notice Whether orders may name this adapter.
    function isAdapter(address adapter) external view returns (bool);

    /// @notice Registry of the vaults that this filler serves.
    function factory() external view returns (IIndexFactory);
}

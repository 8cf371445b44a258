// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SaleTerms} from "../../types/GovernanceTypes.sol";

/// @title ISaleRoundFactory
/// @notice Announces sales and keeps the list of them.
interface ISaleRoundFactory {
    /// @notice Emitted when a sale is announced, with all its terms.
    event RoundCreated(address indexed round, address indexed issuer, address indexed saleToken, SaleTerms terms);
    /// @notice Emitted when the receiver of fees of later sales changes.
    event FeeReceiverSet(address indexed previous, address indexed receiver);

    /* OWNER */

    /// @notice Announces a sale.
    /// Emits {RoundCreated}.
    /// Requirements: caller is the owner; terms in range.
    function createRound(SaleTerms calldata terms) external returns (address round);

    /// @notice Names who receives the fees of sales announced from now on.
    /// Emits {FeeReceiverSet}.
    /// Requirements: caller is the owner; not 0.
    function setFeeReceiver(address receiver) external;

    /* VIEWS */

    /// @notice Whether a contract is a sale of this factory.
    function isRound(address account) external view returns (bool);

    /// @notice Number of sales so far.
    function roundCount() external view returns (uint256);

    /// @notice Sales from number `start` on, at most `count`, in order of announcement.
    function rounds(uint256 start, uint256 count) external view returns (address[] memory);

    /// @notice Code that every sale runs.
    function implementation() external view returns (address);

    /// @notice Who receives the fees of the next sale.
    function feeReceiver() external view returns (address);
}

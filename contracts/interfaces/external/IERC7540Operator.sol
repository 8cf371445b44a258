// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IERC7540Operator
/// @notice ERC-7540: accounts that may act for others.
interface IERC7540Operator {
    /// @notice Emitted when `controller` gives or takes back the operator's right.
    event OperatorSet(address indexed controller, address indexed operator, bool approved);

    /// @notice Lets `operator` file, cancel and claim requests of the caller, or ends that.
    /// Emits {OperatorSet}.
    /// Notes: an operator can send what the caller claims to any address: only for accounts trusted with all of it.
    function setOperator(address operator, bool approved) external returns (bool);

    /// @notice Whether `operator` may act for `controller`.
    function isOperator(address controller, address operator) external view returns (bool status);
}

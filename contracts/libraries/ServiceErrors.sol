// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ServiceErrors
/// @notice Every error of the contracts of AI services, by contract, alphabetical, with enough arguments for a sentence
/// on a screen.
library ServiceErrors {
    /* GradeBook */

    /// @notice Thrown when an epoch is neither the vault's present one nor remembered.
    error GradeBook_DecisionUnknown(address vault, uint32 epoch);
    /// @notice Thrown when an address has no code that must have some.
    error GradeBook_FactoryInvalid(address factory);
    /// @notice Thrown when a vault has had no decision yet.
    error GradeBook_NoDecision(address vault);
    /// @notice Thrown when a vault is not an index of the factory.
    error GradeBook_NotIndex(address vault);
    /// @notice Thrown when a grade and its proof do not lead to the decision of the epoch.
    error GradeBook_ProofInvalid(address vault, uint32 epoch, address token);
}

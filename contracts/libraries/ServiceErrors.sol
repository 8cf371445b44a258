// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ServiceErrors
/// @notice Every error of the service contracts, by contract, alphabetical, with enough arguments for a sentence on a
/// screen.
library ServiceErrors {
    /* AccessPass */

    /// @notice Thrown when the part for owners of assets is above what is allowed. {bps}
    error AccessPass_AssetShareTooHigh(uint256 actual, uint256 maximum);
    /// @notice Thrown when something costs more than the caller accepts. {raw tokens}
    error AccessPass_CostTooHigh(uint256 cost, uint256 maxCost);
    /// @notice Thrown when a currency is neither USDC nor GIM.
    error AccessPass_CurrencyUnknown(address currency);
    /// @notice Thrown when a key ends too soon or too late. {s}
    error AccessPass_KeyTermInvalid(uint256 until, uint256 earliest, uint256 latest);
    /// @notice Thrown when more is to leave a meter than it holds.
    error AccessPass_MeterTooLow(address account, uint256 id, uint256 units, uint256 meter);
    /// @notice Thrown when a nonce is too large.
    error AccessPass_NonceInvalid(uint256 nonce, uint256 maximum);
    /// @notice Thrown when a nonce was settled or cancelled.
    error AccessPass_NonceUsed(address account, uint256 id, uint256 nonce);
    /// @notice Thrown when an id is not one of credits.
    error AccessPass_NotCredits(uint256 id);
    /// @notice Thrown when an id is not sold for a currency.
    error AccessPass_NotSold(uint256 id, address currency);
    /// @notice Thrown when plans or trials are to be transferred.
    error AccessPass_NotTransferable(uint256 id);
    /// @notice Thrown when there is nothing to pay.
    error AccessPass_NothingThere(uint256 asset, address currency);
    /// @notice Thrown when notice was not given, or its time is not over. {s}
    error AccessPass_NoticeNotOver(uint256 endsAt, uint256 timestamp);
    /// @notice Thrown when a plan would be paid too far ahead, or not at all. {periods of 30 days}
    error AccessPass_PeriodsInvalid(uint256 periods, uint256 maximum);
    /// @notice Thrown when a plan does not exist.
    error AccessPass_PlanUnknown(uint256 plan, uint256 count);
    /// @notice Thrown when there are as many plans as there can be.
    error AccessPass_PlansFull(uint256 maximum);
    /// @notice Thrown when a price is too small for shares of it to be exact enough. {raw tokens}
    error AccessPass_PriceTooLow(uint256 price, uint256 minimum);
    /// @notice Thrown when a plan brings no service, or one that does not exist.
    error AccessPass_ServicesInvalid(uint256 services);
    /// @notice Thrown when less arrived than was sent. {raw tokens}
    error AccessPass_TransferInexact(address currency, uint256 received, uint256 amount);
    /// @notice Thrown when an account had its trial.
    error AccessPass_TrialUsed(address account);
    /// @notice Thrown when trials have too many units.
    error AccessPass_TrialTooLarge(uint256 units, uint256 maximum);
    /// @notice Thrown when no trials are given.
    error AccessPass_TrialsClosed();
    /// @notice Thrown when a trial runs, or nothing of it is left. {s}
    error AccessPass_TrialNotOver(address account, uint256 endsAt, uint256 units);
    /// @notice Thrown when units are zero or more than can be issued.
    error AccessPass_UnitsInvalid(uint256 units, uint256 maximum);
    /// @notice Thrown when an address is zero that must not be.
    error AccessPass_ZeroAddress();
}

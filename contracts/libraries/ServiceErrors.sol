// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ServiceErrors
/// @notice Every error of the contracts of services, by contract, alphabetical, with enough arguments for a sentence on
/// a screen.
library ServiceErrors {
    /* StrategyRegistry */

    /// @notice Thrown when a version has no hash.
    error StrategyRegistry_HashZero();
    /// @notice Thrown when a dataset is used as a strategy: it has no royalty and cannot be adopted.
    error StrategyRegistry_NotAStrategy(uint256 id);
    /// @notice Thrown when the right to a resale royalty is handed on to nobody.
    error StrategyRegistry_ReceiverZero();
    /// @notice Thrown when a resale royalty is above what is allowed. {bps}
    error StrategyRegistry_ResaleTooHigh(uint256 resaleBps, uint256 maximum);
    /// @notice Thrown when a royalty is above what is allowed. {bps}
    error StrategyRegistry_RoyaltyTooHigh(uint256 royaltyBps, uint256 maximum);
    /// @notice Thrown when a caller has not the right that it uses: as owner of a token, or to its resale royalty.
    error StrategyRegistry_Unauthorized(address caller, uint256 id);
    /// @notice Thrown when a URI is empty or too long. {bytes}
    error StrategyRegistry_UriInvalid(uint256 length, uint256 maximum);

    /* StrategyShares */

    /// @notice Thrown when an auction is over: nobody can bid any more. {s}
    error StrategyShares_AuctionOver(uint256 endsAt, uint256 timestamp);
    /// @notice Thrown when an auction is to be settled that still runs. {s}
    error StrategyShares_AuctionRunning(uint256 endsAt, uint256 timestamp);
    /// @notice Thrown when a bid is too low. {raw currency}
    error StrategyShares_BidTooLow(uint256 amount, uint256 minimum, address currency);
    /// @notice Thrown when a second is asked about that is not over. {s}
    error StrategyShares_FutureLookup(uint256 timestamp, uint256 current);
    /// @notice Thrown when nothing of a token came since the last round.
    error StrategyShares_NothingCame(address token);
    /// @notice Thrown when an account has no money of beaten bids here.
    error StrategyShares_NothingToWithdraw(address account);
    /// @notice Thrown when shares are to be sent to their own contract, where nobody could use them.
    error StrategyShares_ReceiverInvalid(address receiver);
    /// @notice Thrown when a token was shared out less than a day ago. {s}
    error StrategyShares_RoundTooEarly(address token, uint256 nextAt, uint256 timestamp);
    /// @notice Thrown when a claim is to look at no round.
    error StrategyShares_RoundsZero();
    /// @notice Thrown when a caller redeems without all the shares. {share wei}
    error StrategyShares_SharesMissing(uint256 balance, uint256 supply);
    /// @notice Thrown when no shares are to be burned.
    error StrategyShares_SharesZero();
    /// @notice Thrown when the lock is in a state in which this cannot be done.
    error StrategyShares_StateInvalid(uint8 state);
    /// @notice Thrown when the shares themselves are named as a royalty.
    error StrategyShares_TokenInvalid(address token);
    /// @notice Thrown when another amount arrives than was sent. {raw tokens}
    error StrategyShares_TransferInexact(address token, uint256 received, uint256 expected);
    /// @notice Thrown when a caller may not do this.
    error StrategyShares_Unauthorized(address caller);

    /* StrategySharesFactory */

    /// @notice Thrown when an address has no code that must have some.
    error StrategySharesFactory_AddressInvalid(address account);
    /// @notice Thrown when bids are to be made in another currency than USDC or GIM.
    error StrategySharesFactory_CurrencyInvalid(address currency);
    /// @notice Thrown when a name or a symbol is empty or too long. {bytes}
    error StrategySharesFactory_NameInvalid(string name, uint256 maximum);
    /// @notice Thrown when a reserve price is out of range. {raw currency}
    error StrategySharesFactory_ReserveInvalid(uint256 reservePrice, uint256 maximum);
    /// @notice Thrown when a supply is out of range. {share wei}
    error StrategySharesFactory_SupplyInvalid(uint256 supply, uint256 minimum, uint256 maximum);
}

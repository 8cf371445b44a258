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
    /// @notice Thrown when a trial runs, or nothing of it is left. {s}
    error AccessPass_TrialNotOver(address account, uint256 endsAt, uint256 units);
    /// @notice Thrown when trials have too many units.
    error AccessPass_TrialTooLarge(uint256 units, uint256 maximum);
    /// @notice Thrown when an account had its trial.
    error AccessPass_TrialUsed(address account);
    /// @notice Thrown when no trials are given.
    error AccessPass_TrialsClosed();
    /// @notice Thrown when units are zero or more than can be issued.
    error AccessPass_UnitsInvalid(uint256 units, uint256 maximum);
    /// @notice Thrown when an address is zero that must not be.
    error AccessPass_ZeroAddress();

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

    /* StrategyMarket */

    /// @notice Thrown when a token is of neither collection that is sold here.
    error StrategyMarket_CollectionUnknown(address collection);
    /// @notice Thrown when a purchase costs more than the buyer accepts. {raw currency}
    error StrategyMarket_CostTooHigh(uint256 cost, uint256 maximum, address currency);
    /// @notice Thrown when a listing asks for another token than USDC and GIM.
    error StrategyMarket_CurrencyUnknown(address currency);
    /// @notice Thrown when a listing is over. {s}
    error StrategyMarket_Expired(uint256 until, uint256 timestamp);
    /// @notice Thrown when the market's fee would be above its maximum. {bps}
    error StrategyMarket_FeeTooHigh(uint256 feeBps, uint256 maximum);
    /// @notice Thrown when a listing was never made, was cancelled or is sold out.
    error StrategyMarket_ListingUnknown(uint256 listingId);
    /// @notice Thrown when a seller has not approved the market for the collection or the token.
    error StrategyMarket_NotApproved(address seller, address collection);
    /// @notice Thrown when a seller holds fewer units than he sells. {units}
    error StrategyMarket_NotOwned(address seller, uint256 id, uint256 held, uint256 units);
    /// @notice Thrown when a token cannot be transferred, so that nobody could buy it.
    error StrategyMarket_NotTransferable(uint256 id);
    /// @notice Thrown when a price is zero.
    error StrategyMarket_PriceZero();
    /// @notice Thrown when a seller buys from himself.
    error StrategyMarket_SellerBuys(address seller);
    /// @notice Thrown when a strategy has changed its owner since it was listed.
    error StrategyMarket_TokenMoved(uint256 id, uint256 transferNonce, uint256 expected);
    /// @notice Thrown when anyone but the seller cancels a listing.
    error StrategyMarket_Unauthorized(address caller);
    /// @notice Thrown when no units are asked for, or more than there are. {units}
    error StrategyMarket_UnitsInvalid(uint256 units, uint256 maximum);
    /// @notice Thrown when a listing would end in the past or too far away. {s}
    error StrategyMarket_UntilInvalid(uint256 until, uint256 latest);
    /// @notice Thrown when the newest version of a strategy is not the one that the buyer expects.
    error StrategyMarket_VersionChanged(bytes32 newest, bytes32 expected);
    /// @notice Thrown when an address is zero that must not be, or is the market itself.
    error StrategyMarket_ZeroAddress();

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

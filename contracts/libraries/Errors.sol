// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Errors
/// @notice Every error of the core, by contract, alphabetical, with enough arguments for a sentence on a screen.
library Errors {
    /* AmmFiller */

    /// @notice Thrown when an order names an adapter that the filler was not deployed with.
    error AmmFiller_AdapterUnknown(address adapter);
    /// @notice Thrown when an address has no code that must have some.
    error AmmFiller_AddressInvalid(address account);
    /// @notice Thrown when the callback does not come from the vault that is being filled.
    error AmmFiller_CallerNotVault(address caller);
    /// @notice Thrown when a call comes after the caller's deadline.
    error AmmFiller_DeadlinePassed(uint256 deadline, uint256 timestamp);
    /// @notice Thrown when a vault is not an index of the factory.
    error AmmFiller_NotIndex(address vault);
    /// @notice Thrown when the venue paid the vault less than the vault or the order asks for.
    error AmmFiller_ReceivedTooLittle(address token, uint256 received, uint256 wanted);
    /// @notice Thrown when the filler is entered while it fills.
    error AmmFiller_Reentered();
    /// @notice Thrown when fewer orders of a batch could be filled than the caller asks for.
    error AmmFiller_TooFewFilled(uint256 filled, uint256 minimum);

    /* AssetRegistry */

    /// @notice Thrown when a token is not listed.
    error AssetRegistry_AssetNotListed(address token);
    /// @notice Thrown when a token or feed has other decimals than stated; `actual` is the maximum when it tells
    /// none.
    error AssetRegistry_DecimalsMismatch(address account, uint256 actual, uint256 expected);
    /// @notice Thrown when a token or feed has more decimals than supported.
    error AssetRegistry_DecimalsTooLarge(address account, uint256 actual, uint256 maximum);
    /// @notice Thrown when a deviation threshold is above the maximum. {bps}
    error AssetRegistry_DeviationTooHigh(uint256 actual, uint256 maximum);
    /// @notice Thrown when flags contain a bit that is not stored.
    error AssetRegistry_FlagsInvalid(uint8 flags);
    /// @notice Thrown when a source failed and may have been starved of gas by the caller.
    error AssetRegistry_GasTooLow(uint256 left, uint256 needed);
    /// @notice Thrown when a heartbeat is zero.
    error AssetRegistry_HeartbeatZero(address token);
    /// @notice Thrown when two arrays differ in length.
    error AssetRegistry_LengthMismatch(uint256 actual, uint256 expected);
    /// @notice Thrown when a minimum price is too large to be one.
    error AssetRegistry_MinPriceInvalid(uint256 minPrice);
    /// @notice Thrown when a token or feed has no code.
    error AssetRegistry_NoCode(address account);
    /// @notice Thrown when the second source does not fit its kind.
    error AssetRegistry_SecondaryInvalid(address token, address secondary);
    /// @notice Thrown when a tier is above 15, or closed.
    error AssetRegistry_TierInvalid(uint8 tier);
    /// @notice Thrown when the caller has no right to call.
    error AssetRegistry_Unauthorized(address caller);
    /// @notice Thrown when the cap of a tier is above 100%. {bps}
    error AssetRegistry_WeightTooHigh(uint256 actual, uint256 maximum);

    /* BatchDepositor */

    /// @notice Thrown when a batch is opened a second time.
    error BatchDepositor_AlreadyOpened(uint256 batch);
    /// @notice Thrown when a sum would not fit its field.
    error BatchDepositor_AmountTooLarge(uint256 amount, uint256 maximum);
    /// @notice Thrown when a request is below the minimum. {raw cash} or {share wei}
    error BatchDepositor_AmountTooSmall(uint256 amount, uint256 minimum);
    /// @notice Thrown when a token does not tell a balance.
    error BatchDepositor_BalanceUnknown(address token);
    /// @notice Thrown when a batch is opened that nobody asked anything of.
    error BatchDepositor_BatchEmpty(uint256 batch);
    /// @notice Thrown when the cash has no trustworthy price, is off its peg or frozen by the registry.
    error BatchDepositor_CashUnusable(address cash);
    /// @notice Thrown when a claim is zero or above what is claimable.
    error BatchDepositor_ClaimTooLarge(uint256 amount, uint256 available);
    /// @notice Thrown when a claim is so small that nothing would be sent for it.
    error BatchDepositor_ClaimTooSmall(uint256 amount);
    /// @notice Thrown when a payment might fail for lack of gas alone.
    error BatchDepositor_GasTooLow(uint256 left, uint256 needed);
    /// @notice Thrown when a request is cancelled in a batch that takes no requests now.
    error BatchDepositor_Locked(uint256 batch);
    /// @notice Thrown when minting is paused in the vault.
    error BatchDepositor_MintPaused(address vault);
    /// @notice Thrown when the NAV is too far from the one at the opening. D27{raw cash/share wei}
    error BatchDepositor_NavMoved(uint256 nav, uint256 opening);
    /// @notice Thrown when a request is sent to the code that the clones run.
    error BatchDepositor_NotAClone();
    /// @notice Thrown when a batch is not in its window.
    error BatchDepositor_NotInWindow(uint256 batch, uint256 timestamp);
    /// @notice Thrown when a delivery comes before the opening of its batch.
    error BatchDepositor_NotOpened(uint256 batch);
    /// @notice Thrown when nothing is left to exchange, or the amount offered rounds to nothing.
    error BatchDepositor_NothingToExchange(uint256 batch);
    /// @notice Thrown when a controller has nothing to cancel or to get back.
    error BatchDepositor_NothingToSend(address controller);
    /// @notice Thrown when what requests become is asked for in advance.
    error BatchDepositor_PreviewUnsupported();
    /// @notice Thrown when the price of a delivery is worse than the caller accepts. D27{raw cash/share wei}
    error BatchDepositor_PriceBeyondLimit(uint256 price, uint256 limit);
    /// @notice Thrown when a share is worth too little or too much to be counted exactly. D27{raw cash/share wei}
    error BatchDepositor_PriceOutOfRange(uint256 price);
    /// @notice Thrown when fewer tokens arrive than were sent.
    error BatchDepositor_ReceivedTooLittle(address token, uint256 received, uint256 wanted);
    /// @notice Thrown when a receiver or controller is zero or the batch depositor itself.
    error BatchDepositor_ReceiverInvalid(address receiver);
    /// @notice Thrown when a token that is more than 1% of NAV is frozen or its price is beyond the breaker.
    error BatchDepositor_TokenFrozen(address token);
    /// @notice Thrown when the vault holds less of a token than it owes, or its balance cannot be read.
    error BatchDepositor_TokenShort(address token);
    /// @notice Thrown when a token that the vault holds has no trustworthy price.
    error BatchDepositor_TokenUnpriced(address token);
    /// @notice Thrown when the caller is neither the account nor its operator.
    error BatchDepositor_Unauthorized(address caller, address account);

    /* BatchFactory */

    /// @notice Thrown when an address has no code that must have some.
    error BatchFactory_AddressInvalid(address account);
    /// @notice Thrown when the cash has more decimals than can be counted.
    error BatchFactory_DecimalsTooLarge(uint256 actual, uint256 maximum);
    /// @notice Thrown when an index has its batch depositor already.
    error BatchFactory_DepositorExists(address vault, address depositor);
    /// @notice Thrown when a vault is not an index of the factory.
    error BatchFactory_VaultUnknown(address vault);

    /* CappedRateFeed */

    /// @notice Thrown when the largest growth of a rate is zero or above the maximum. {bps}
    error CappedRateFeed_GrowthInvalid(uint256 actual, uint256 maximum);
    /// @notice Thrown when a past round is asked for: a rate has no history.
    error CappedRateFeed_NoHistory();
    /// @notice Thrown when the rate is not above the snapshot.
    error CappedRateFeed_NotGrown(uint256 rate, uint256 snapshot);
    /// @notice Thrown when the source tells no rate, or one that cannot be one.
    error CappedRateFeed_RateMissing(address source);
    /// @notice Thrown when the source of a rate has no code, or is described wrongly.
    error CappedRateFeed_SourceInvalid(address source);
    /// @notice Thrown when the snapshot is too young to be replaced.
    error CappedRateFeed_TooEarly(uint256 readyAt, uint256 timestamp);

    /* IndexVault */

    /// @notice Thrown when a token is added twice or is already in the basket.
    error IndexVault_AssetAlreadyInBasket(address token);
    /// @notice Thrown when a token is frozen for the attempted side of a trade.
    error IndexVault_AssetFrozen(address token);
    /// @notice Thrown when a token is not listed in the registry.
    error IndexVault_AssetNotListed(address token);
    /// @notice Thrown when a token is not in the basket.
    error IndexVault_AssetNotInBasket(address token);
    /// @notice Thrown when a stable token is off its peg and would be bought.
    error IndexVault_AssetOffPeg(address token);
    /// @notice Thrown when a basket change does not match the announced one.
    error IndexVault_BasketChangeMismatch(bytes32 actual, bytes32 expected);
    /// @notice Thrown when the basket would be empty or larger than 128 tokens.
    error IndexVault_BasketSizeInvalid(uint256 size);
    /// @notice Thrown when the caller's indices refer to another basket.
    error IndexVault_BasketNonceMismatch(uint32 actual, uint32 expected);
    /// @notice Thrown when a budget has nothing left.
    error IndexVault_BudgetExhausted(uint256 turnoverLeft, uint256 lossLeft);
    /// @notice Thrown when an announced change is applied too early, or after it has lapsed.
    error IndexVault_ChangeNotReady(uint256 eta, uint256 timestamp);
    /// @notice Thrown when a change is applied that was never announced.
    error IndexVault_ChangeUnknown(bytes32 changeHash);
    /// @notice Thrown when a proposal comes before the cooldown is over.
    error IndexVault_CooldownActive(uint256 readyAt, uint256 timestamp);
    /// @notice Thrown when a signed decision is submitted after its expiry.
    error IndexVault_DecisionExpired(uint256 validUntil, uint256 timestamp);
    /// @notice Thrown when a DERISK proposal raises a token that is no destination.
    error IndexVault_DeriskRaises(address token, uint256 weight, uint256 current);
    /// @notice Thrown when a DERISK proposal does not follow the fixed split.
    error IndexVault_DeriskSplitMismatch(address token, uint256 weight, uint256 expected);
    /// @notice Thrown when the destinations are not one to three stable tokens with splits summing to 10,000.
    error IndexVault_DestinationsInvalid();
    /// @notice Thrown when a dropped token still has units, or is a destination.
    error IndexVault_DropNotAllowed(address token);
    /// @notice Thrown when the epoch id is not the last one plus one.
    error IndexVault_EpochMismatch(uint256 actual, uint256 expected);
    /// @notice Thrown when an epoch is open and must not be.
    error IndexVault_EpochOpen();
    /// @notice Thrown when no epoch accepts fills now.
    error IndexVault_EpochNotOpen();
    /// @notice Thrown when an epoch is closed early although it is not finished.
    error IndexVault_EpochUnfinished(address token);
    /// @notice Thrown when a fee is above its cap.
    error IndexVault_FeeTooHigh(uint256 actual, uint256 maximum);
    /// @notice Thrown when a fill would give the caller less or ask for more than allowed.
    error IndexVault_FillLimit(uint256 sold, uint256 minSell, uint256 paid, uint256 maxPay);
    /// @notice Thrown when there is too little gas left to try a leg honestly.
    error IndexVault_GasTooLow(uint256 left, uint256 needed);
    /// @notice Thrown when an index is beyond the basket.
    error IndexVault_IndexOutOfBounds(uint256 index, uint256 size);
    /// @notice Thrown when the clone is initialised twice or the implementation is used directly.
    error IndexVault_InitializationInvalid();
    /// @notice Thrown when two arrays, or an array and the basket, differ in length.
    error IndexVault_LengthMismatch(uint256 actual, uint256 expected);
    /// @notice Thrown when a limit chosen at creation is out of its range.
    error IndexVault_LimitOutOfRange(string name, uint256 value, uint256 minimum, uint256 maximum);
    /// @notice Thrown when no token with a weight can be traded.
    error IndexVault_NothingTradable();
    /// @notice Thrown when a token has no surplus to sell or no deficit to buy.
    error IndexVault_NothingToFill(address sellToken, address buyToken);
    /// @notice Thrown when nothing is owed.
    error IndexVault_NothingOwed(address token, address account);
    /// @notice Thrown when a function is paused.
    error IndexVault_Paused(uint8 bits);
    /// @notice Thrown when a pause is renewed too early.
    error IndexVault_PauseTooSoon(uint256 readyAt, uint256 timestamp);
    /// @notice Thrown when a token has no trustworthy price.
    error IndexVault_PriceMissing(address token);
    /// @notice Thrown when the live price left the band around the snapshot.
    error IndexVault_PriceOutOfBand(address token, uint256 price, uint256 snapshot);
    /// @notice Thrown when a guarded function is entered again, or a guarded view is read during a call.
    error IndexVault_Reentered();
    /// @notice Thrown when targets are refreshed too early.
    error IndexVault_RefreshTooSoon(uint256 readyAt, uint256 timestamp);
    /// @notice Thrown when shares are zero or too few for an index, or the supply would exceed its cap.
    error IndexVault_SharesInvalid(uint256 shares);
    /// @notice Thrown when the signers of the open epoch were revoked or replaced.
    error IndexVault_SignersRevoked(uint32 actual, uint32 expected);
    /// @notice Thrown when an amount is beyond what the caller allows.
    error IndexVault_Slippage(address token, uint256 amount, uint256 limit);
    /// @notice Thrown when the balance of a token does not cover what is owed in it.
    error IndexVault_Insolvent(address token, uint256 balance, uint256 needed);
    /// @notice Thrown when a token transfer fails where it must not.
    error IndexVault_TransferFailed(address token);
    /// @notice Thrown when the caller has no right to call.
    error IndexVault_Unauthorized(address caller);
    /// @notice Thrown when units leave the range in which they are exact enough.
    error IndexVault_UnitsOutOfRange(address token, uint256 units);
    /// @notice Thrown when one weight is above the tier cap or the dollar cap.
    error IndexVault_WeightAboveCap(address token, uint256 weight, uint256 cap);
    /// @notice Thrown when one weight changes by more than the vault allows.
    error IndexVault_WeightChangeTooLarge(address token, uint256 weight, uint256 current, uint256 maximum);
    /// @notice Thrown when weights do not sum to 10,000.
    error IndexVault_WeightSumInvalid(uint256 actual, uint256 expected);
    /// @notice Thrown when an address is zero that must not be.
    error IndexVault_ZeroAddress();

    /* IndexFactory */

    /// @notice Thrown when tokens are not strictly ascending.
    error IndexFactory_TokensNotAscending(address previous, address token);
    /// @notice Thrown when the fee share of the protocol is above its cap.
    error IndexFactory_ProtocolFeeTooHigh(uint256 actual, uint256 maximum);
    /// @notice Thrown when the seed is worth less than the minimum. D18{USD}
    error IndexFactory_SeedTooSmall(uint256 actual, uint256 minimum);
    /// @notice Thrown when a name or symbol is empty or longer than 64 bytes.
    error IndexFactory_NameInvalid();
    /// @notice Thrown when an address is zero or has no code that must have some.
    error IndexFactory_AddressInvalid(address account);

    /* CreReceiver */

    /// @notice Thrown when somebody else than the forwarder delivers a report.
    error CreReceiver_CallerNotForwarder(address caller);
    /// @notice Thrown when the forwarder is not a contract.
    error CreReceiver_ForwarderInvalid(address forwarder);
    /// @notice Thrown when a report begins with a number that is no kind of report.
    error CreReceiver_KindUnknown(uint256 kind);
    /// @notice Thrown when a report's metadata cannot hold workflow id, name and owner.
    error CreReceiver_MetadataTooShort(uint256 actual, uint256 minimum);
    /// @notice Thrown when a target of upkeep is not a contract.
    error CreReceiver_TargetInvalid(address target);
    /// @notice Thrown when upkeep is reported for another contract than the two that do it.
    error CreReceiver_TargetUnknown(address target);
    /// @notice Thrown when tips would go to nobody, or stay in the receiver.
    error CreReceiver_TipReceiverInvalid(address tipReceiver);
    /// @notice Thrown when a report comes from another workflow or another owner's, or when one of them is zero.
    error CreReceiver_WorkflowUnknown(bytes32 workflowId, address workflowOwner);

    /* KeeperRegistry */

    /// @notice Thrown when the factory is set twice.
    error KeeperRegistry_FactoryAlreadySet(address factory);
    /// @notice Thrown when a guardian's term ends in the past or too far in the future.
    error KeeperRegistry_GuardianExpiryInvalid(uint256 expiresAt, uint256 timestamp);
    /// @notice Thrown when a vault has no signers, or they were revoked.
    error KeeperRegistry_NoSigners(address vault);
    /// @notice Thrown when the signers to apply are not the announced ones; `expected` is 0 when none were.
    error KeeperRegistry_ProposalMismatch(bytes32 actual, bytes32 expected);
    /// @notice Thrown when announced signers are applied before their delay is over, or after they have lapsed.
    error KeeperRegistry_ProposalNotReady(uint256 eta, uint256 timestamp);
    /// @notice Thrown when a signature is not the signer's over this decision.
    error KeeperRegistry_SignatureInvalid(address signer);
    /// @notice Thrown when an item is not abi.encode(address signer, bytes signature).
    error KeeperRegistry_SignatureMalformed(uint256 index);
    /// @notice Thrown when there are fewer signatures than the threshold.
    error KeeperRegistry_SignaturesTooFew(uint256 actual, uint256 threshold);
    /// @notice Thrown when there are no signers, or too many.
    error KeeperRegistry_SignerCountInvalid(uint256 actual, uint256 maximum);
    /// @notice Thrown when signers are not strictly ascending, starting above zero.
    error KeeperRegistry_SignersNotAscending(address previous, address signer);
    /// @notice Thrown when a signer does not belong to the vault's signers.
    error KeeperRegistry_SignerUnknown(address signer);
    /// @notice Thrown when a threshold is zero or above the number of signers.
    error KeeperRegistry_ThresholdInvalid(uint256 threshold, uint256 count);
    /// @notice Thrown when the caller has no right to call.
    error KeeperRegistry_Unauthorized(address caller);
    /// @notice Thrown when the signers of a vault are registered twice.
    error KeeperRegistry_VaultAlreadyInitialized(address vault);
    /// @notice Thrown when a vault never registered signers.
    error KeeperRegistry_VaultUnknown(address vault);
    /// @notice Thrown when an address is zero that must not be.
    error KeeperRegistry_ZeroAddress();

    /* IndexLens */

    /// @notice Thrown when the parameters of an index name more or fewer amounts than tokens.
    error IndexLens_LengthMismatch(uint256 tokens, uint256 amounts);
    /// @notice Thrown when the parameters of an index ask for no shares.
    error IndexLens_SharesZero();
    /// @notice Thrown when the address is no index of the factory.
    error IndexLens_VaultUnknown(address vault);

    /* KeeperUpkeep */

    /// @notice Thrown when the action (position in UpkeepAction) would change nothing that matters now.
    error KeeperUpkeep_NotNeeded(address vault, uint8 action);
    /// @notice Thrown at the end of a simulation that worked.
    error KeeperUpkeep_Simulated();
    /// @notice Thrown when the address is no index of the factory.
    error KeeperUpkeep_VaultUnknown(address vault);

    /* NavFeed */

    /// @notice Thrown when a past answer is asked for.
    error NavFeed_NoHistory();
    /// @notice Thrown when a vault is not an index of the factory.
    error NavFeed_NotIndex(address vault);
    /// @notice Thrown when the vault's balance of a token cannot be read.
    error NavFeed_TokenUnreadable(address token);
    /// @notice Thrown when a token that the shares stand for has no price that can be trusted.
    error NavFeed_TokenUnpriced(address token);
    /// @notice Thrown when a share is worth less than the smallest answer. D18{USD} and {share wei}
    error NavFeed_ValueZero(uint256 total, uint256 supply);

    /* RecurringOrders */

    /// @notice Thrown when an address has no code that must have some.
    error RecurringOrders_AddressInvalid(address account);
    /// @notice Thrown when the payer's allowance does not cover what is taken, after any permit.
    error RecurringOrders_AllowanceTooSmall(address token, uint256 allowance, uint256 needed);
    /// @notice Thrown when an order is for too little, or for more than there can be.
    error RecurringOrders_AmountInvalid(uint256 amount, uint256 minimum, uint256 maximum);
    /// @notice Thrown when the payer's balance does not cover what is taken.
    error RecurringOrders_BalanceTooSmall(address token, uint256 balance, uint256 needed);
    /// @notice Thrown when an address is no batch depositor of the factory.
    error RecurringOrders_DepositorUnknown(address batchDepositor);
    /// @notice Thrown when the last day (since 1970) of a plan would be before it starts.
    error RecurringOrders_EndInvalid(uint256 lastDay, uint256 start);
    /// @notice Thrown when one of several orders ran out of gas.
    error RecurringOrders_GasTooLow(uint256 id, uint256 left);
    /// @notice Thrown when the next order of a plan is not due yet.
    error RecurringOrders_NotDue(uint256 id, uint256 next, uint256 timestamp);
    /// @notice Thrown when none of several orders could be filed.
    error RecurringOrders_NothingExecuted();
    /// @notice Thrown when a withdrawal comes to no shares at all.
    error RecurringOrders_NothingToRedeem(uint256 id);
    /// @notice Thrown when a permit (position in PermitKind) leaves no allowance for later orders.
    error RecurringOrders_PermitInvalid(uint8 kind);
    /// @notice Thrown when an order is filed after the last day (since 1970) of its plan.
    error RecurringOrders_PlanEnded(uint256 id, uint256 lastDay);
    /// @notice Thrown when there is no plan with this id, or none any more.
    error RecurringOrders_PlanUnknown(uint256 id);
    /// @notice Thrown when a purchase names no index.
    error RecurringOrders_RequestsEmpty();
    /// @notice Thrown when an ERC-2612 signature is not 65 bytes long.
    error RecurringOrders_SignatureInvalid(uint256 length);
    /// @notice Thrown at the end of a simulation that worked. `tip` {raw cash} is what its executor would get.
    error RecurringOrders_Simulated(uint256 tip);
    /// @notice Thrown when a plan would start in the past, or too far ahead.
    error RecurringOrders_StartInvalid(uint256 start, uint256 timestamp);
    /// @notice Thrown when a plan offers a higher tip than there may be.
    error RecurringOrders_TipTooHigh(uint256 actual, uint256 maximum);
    /// @notice Thrown when a token refuses a transfer that allowance and balance cover.
    error RecurringOrders_TransferFailed(address token, address from, address to);
    /// @notice Thrown when the caller has no right to call.
    error RecurringOrders_Unauthorized(address caller);

    /* UniswapV3Swapper */

    /// @notice Thrown when a payment is asked for by an account that is not the pool being swapped with.
    error UniswapV3Swapper_CallerNotPool(address caller);
    /// @notice Thrown when the Uniswap factory has no code.
    error UniswapV3Swapper_FactoryInvalid(address factory);
    /// @notice Thrown when what is to be bought costs more than what is there to pay with.
    error UniswapV3Swapper_InputAboveMaximum(uint256 amountIn, uint256 maximum);
    /// @notice Thrown when a path has no hop, a broken length, or other ends than the tokens to be swapped.
    error UniswapV3Swapper_PathInvalid(bytes path, address first, address last);
    /// @notice Thrown when a path names a pool that does not exist.
    error UniswapV3Swapper_PoolMissing(address tokenIn, address tokenOut, uint24 fee);
    /// @notice Thrown when a pool runs out of liquidity before the whole amount is swapped.
    error UniswapV3Swapper_PoolTooThin(address pool, uint256 swapped, uint256 wanted);
    /// @notice Thrown when a swap is started inside a swap.
    error UniswapV3Swapper_Reentered();

    /* Zap */

    /// @notice Thrown when an address has no code that must have some.
    error Zap_AddressInvalid(address account);
    /// @notice Thrown when the caller's allowance does not cover what the zap takes, after any permit.
    error Zap_AllowanceTooSmall(address token, uint256 allowance, uint256 needed);
    /// @notice Thrown when a call comes after the caller's deadline.
    error Zap_DeadlinePassed(uint256 deadline, uint256 timestamp);
    /// @notice Thrown when the input does not cover the leg that is the input token itself.
    error Zap_InputTooSmall(address token, uint256 available, uint256 needed);
    /// @notice Thrown when there is not one route for each token of the basket.
    error Zap_LengthMismatch(uint256 actual, uint256 expected);
    /// @notice Thrown when a vault is not an index of the factory.
    error Zap_NotIndex(address vault);
    /// @notice Thrown when the receiver got less than the caller asks for.
    error Zap_OutputTooSmall(address token, uint256 received, uint256 minimum);
    /// @notice Thrown when the receiver is zero or part of the zap.
    error Zap_ReceiverInvalid(address receiver);
    /// @notice Thrown when an ERC-2612 signature is not 65 bytes long.
    error Zap_SignatureInvalid(uint256 length);
    /// @notice Thrown when the executor is called by anybody but its zap, or sent Ether by anybody but WETH.
    error Zap_Unauthorized(address caller);
    /// @notice Thrown when the Ether sent is not the amount named, or Ether is sent with a token.
    error Zap_ValueMismatch(uint256 actual, uint256 expected);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Amounts, CreditSupply, Plan, SkipReason, UsageGroup, UsageReceipt} from "../../types/ServiceTypes.sol";
import {IScoreRegistry} from "../governance/IScoreRegistry.sol";

/// @title IAccessPass
/// @notice Access to the services: credits, subscriptions and trials, and the receipts by which credits are used.
/// @dev Ids: 1 SIGNALS, 2 DECISIONS, 3 COMPUTE, 4 DATASETS are credits, which can be transferred. 1,000 + n is plan n
/// and 2,000 the trial; neither can be transferred. A currency is the address of USDC or of GIM.
interface IAccessPass is IERC1155 {
    /// @notice Emitted when credits are sold: what they cost, and what of it is kept for owners of assets.
    event CreditsBought(
        address indexed payer,
        address indexed receiver,
        uint256 indexed id,
        uint256 units,
        address currency,
        uint256 cost,
        uint256 kept
    );
    /// @notice Emitted when a plan is sold or prolonged. {s}
    event PlanBought(
        address indexed payer,
        address indexed receiver,
        uint256 indexed plan,
        uint256 periods,
        address currency,
        uint256 cost,
        uint256 endsAt
    );
    /// @notice Emitted once an account, when its trial begins. {s}
    event TrialStarted(address indexed account, uint256 units, uint256 endsAt);
    /// @notice Emitted when what was left of an ended trial is written off.
    event TrialExpired(address indexed account, uint256 units);
    /// @notice Emitted when credits go from a wallet into its meter: what was added and what is there now.
    event Loaded(address indexed account, uint256 indexed id, uint256 units, uint256 meter);
    /// @notice Emitted when credits are to leave a meter, from `readyAt` on. {s} 0 units take the request back.
    event UnloadRequested(address indexed account, uint256 indexed id, uint256 units, uint256 readyAt);
    /// @notice Emitted when credits went from a meter into its wallet.
    event Unloaded(address indexed account, uint256 indexed id, uint256 units, uint256 meter);
    /// @notice Emitted when an account names a key. {s} `previousUntil` is when the one before it ends.
    event KeySet(
        address indexed account,
        address indexed key,
        uint256 until,
        address indexed previous,
        uint256 previousUntil
    );
    /// @notice Emitted when a nonce is to be cancelled, from `readyAt` on. {s}
    event NonceCancelRequested(address indexed account, uint256 indexed id, uint256 nonce, uint256 readyAt);
    /// @notice Emitted when a nonce was cancelled.
    event NonceCancelled(address indexed account, uint256 indexed id, uint256 nonce);
    /// @notice Emitted once a group of a settlement: how many receipts counted, and their units.
    event Settled(
        address indexed account,
        uint256 indexed id,
        uint256 indexed asset,
        uint256 receipts,
        uint256 units,
        uint256 meter
    );
    /// @notice Emitted when a receipt was left out.
    event ReceiptSkipped(address indexed account, uint256 indexed id, uint256 nonce, SkipReason reason);
    /// @notice Emitted when units were used: what the asset earned, or the protocol for asset 0.
    event Earned(uint256 indexed asset, uint256 indexed id, uint256 units, uint256 usdcAmount, uint256 gimAmount);
    /// @notice Emitted when an asset's earnings are paid.
    event EarnedPaid(uint256 indexed asset, address indexed currency, address indexed owner, uint256 amount);
    /// @notice Emitted when what no asset earned goes to the fee splitter.
    event Flushed(address indexed currency, uint256 amount);
    /// @notice Emitted when the prices of credits are set. {raw tokens} `basis`: owners of assets get a share of it.
    event CreditPriceSet(uint256 indexed id, Amounts previous, Amounts current, Amounts basis);
    /// @notice Emitted when a plan is added, with what it brings for ever.
    event PlanAdded(uint256 indexed plan, uint32 services, uint32 creditsPerDay);
    /// @notice Emitted when the prices of a plan are set. {raw tokens}
    event PlanPriceSet(uint256 indexed plan, uint256 usdcPrice, uint256 gimPrice);
    /// @notice Emitted when the part for owners of assets is set. {bps}
    event AssetShareSet(uint256 previous, uint256 current);
    /// @notice Emitted when the size of later trials is set.
    event TrialCreditsSet(uint256 previous, uint256 current);

    /* BUYING */

    /// @notice Buys credits for `receiver`, with the discount of the caller's tier at the last week start.
    /// Emits {CreditsBought}, {TransferSingle}.
    /// Notes: the cost rounds up.
    /// Requirements: `id` is sold for `currency`; units above 0; cost up to `maxCost` {raw tokens}; receivers with code
    /// accept it.
    function buyCredits(
        uint256 id,
        uint256 units,
        address currency,
        uint256 maxCost,
        address receiver
    ) external returns (uint256 cost);

    /// @notice Buys `periods` of 30 days of a plan for `receiver`. They follow what runs already.
    /// Emits {PlanBought}, and {TransferSingle} when the plan was not running.
    /// Requirements: the plan is sold for `currency`; 1 to 36 periods; ends within 36 periods from now; cost up to
    /// `maxCost` {raw tokens}.
    function buyPlan(
        uint256 plan,
        uint256 periods,
        address currency,
        uint256 maxCost,
        address receiver
    ) external returns (uint256 cost);

    /// @notice Begins the caller's trial of 7 days.
    /// Emits {TrialStarted}, {TransferSingle}.
    /// Notes: an address is no person; what a trial gives is small because of that.
    /// Requirements: once an account; trials are given.
    function startTrial() external;

    /// @notice Writes off what is left of an ended trial.
    /// Emits {TrialExpired}, {TransferSingle}.
    /// Notes: anyone may call it. It changes counters alone: the trial ended by itself.
    /// Requirements: the trial has ended; something is left.
    function expireTrial(address account) external;

    /* METERS */

    /// @notice Moves credits from the caller's wallet into the caller's meter, which receipts are settled from.
    /// Emits {Loaded}, {TransferSingle}.
    /// Requirements: credits; units above 0; in the wallet.
    function load(uint256 id, uint256 units) external;

    /// @notice Gives one day of notice that credits are to leave the caller's meter. It replaces an earlier notice.
    /// Emits {UnloadRequested}.
    /// Notes: receipts are settled from them until they leave. 0 units take the notice back.
    /// Requirements: credits; not more than the meter holds.
    function requestUnload(uint256 id, uint256 units) external;

    /// @notice Moves what was in notice into the caller's wallet, as far as the meter still has it.
    /// Emits {Unloaded}, {TransferSingle}.
    /// Requirements: notice was given; its day is over.
    function unload(uint256 id) external returns (uint256 units);

    /// @notice Names the one key that may sign receipts for the caller, before `until`. {s} Key 0 names none.
    /// Emits {KeySet}.
    /// Notes: what the earlier key signed can be settled for 2 hours more, but not past its own end: else an account
    /// could use services and change its key before it pays. The API takes no receipt of a key that is not the newest.
    /// Requirements: until is 0 for key 0, else ahead and at most a year.
    function setKey(address key, uint48 until) external;

    /// @notice Gives one day of notice that a nonce is to be cancelled.
    /// Emits {NonceCancelRequested}.
    /// Notes: a receipt can be settled within the notice, for the reason given at {setKey}. One that ends sooner needs
    /// no cancelling.
    /// Requirements: the nonce is valid and not used.
    function requestCancelNonce(uint256 id, uint256 nonce) external;

    /// @notice Cancels a nonce of the caller: a receipt with it is never settled.
    /// Emits {NonceCancelled}.
    /// Requirements: notice was given; its day is over; not used meanwhile.
    function cancelNonce(uint256 id, uint256 nonce) external;

    /* SETTLING */

    /// @notice Settles receipts, by anyone. Each counts once, in any order, and never past its account's meter.
    /// Emits {Settled} a group of which a receipt counted, {ReceiptSkipped} a bad receipt, {Earned} a row of groups of
    /// one id and asset.
    /// Notes: a bad receipt is left out and stops nobody. Groups sorted by id and asset cost least. Units of credits
    /// earn pool * units / units outstanding, in each currency, for the asset; units of a trial earn nothing.
    function settle(UsageGroup[] calldata groups) external returns (uint256 settled);

    /// @notice Pays what an asset earned to its present owner.
    /// Emits {EarnedPaid}.
    /// Notes: anyone may call it.
    /// Requirements: the asset exists; it earned something in this currency.
    function claimEarned(uint256 asset, address currency) external returns (uint256 amount);

    /// @notice Sends what was used without an asset to the fee splitter.
    /// Emits {Flushed}.
    /// Notes: anyone may call it.
    /// Requirements: there is something.
    function flush(address currency) external returns (uint256 amount);

    /* OWNER */

    /// @notice Sets the prices of one credit. {raw tokens} 0 = not sold for it.
    /// Emits {CreditPriceSet}, and {Earned} for the protocol when a pool is cut.
    /// Notes: a lower price cuts what the pool holds in the same ratio; a higher one raises the share of owners of
    /// assets only when no credit from before is left. So nobody who bought cheaply earns from what others paid.
    /// Requirements: caller is the owner; credits; 0 or at least 100.
    function setCreditPrice(uint256 id, uint96 usdcPrice, uint96 gimPrice) external;

    /// @notice Adds a plan. What it brings never changes.
    /// Emits {PlanAdded}, {PlanPriceSet}.
    /// Requirements: caller is the owner; fewer than 1,000 plans; known services and at least one.
    function addPlan(Plan calldata plan) external returns (uint256 number);

    /// @notice Sets the prices of a plan. {raw tokens} 0 = not sold for it.
    /// Emits {PlanPriceSet}.
    /// Notes: a plan that runs goes on.
    /// Requirements: caller is the owner; the plan exists.
    function setPlanPrice(uint256 plan, uint96 usdcPrice, uint96 gimPrice) external;

    /// @notice Sets which part of later sales of credits is kept for owners of assets. {bps}
    /// Emits {AssetShareSet}.
    /// Requirements: caller is the owner; at most 4,000.
    function setAssetShare(uint16 newAssetShareBps) external;

    /// @notice Sets how many units later trials have; 0 gives none.
    /// Emits {TrialCreditsSet}.
    /// Requirements: caller is the owner; at most 1,000.
    function setTrialCredits(uint16 newTrialCredits) external;

    /* VIEWS */

    /// @notice What `units` cost a payer now, after the discount. {raw tokens}
    /// Requirements: `id` is sold for `currency`.
    function costOf(address payer, uint256 id, uint256 units, address currency) external view returns (uint256);

    /// @notice What `periods` of a plan cost a payer now, after the discount. {raw tokens}
    /// Requirements: the plan is sold for `currency`.
    function planCostOf(address payer, uint256 plan, uint256 periods, address currency) external view returns (uint256);

    /// @notice Prices of one credit before discounts.
    function priceOf(uint256 id) external view returns (Amounts memory);

    /// @notice What owners of assets get a share of: the lowest price since no credit was held. {raw tokens}
    function basisOf(uint256 id) external view returns (Amounts memory);

    /// @notice What is kept for the use of all credits that are held.
    function poolOf(uint256 id) external view returns (Amounts memory);

    /// @notice What an asset earned and has not been paid; for asset 0, what {flush} would send.
    function earnedOf(uint256 asset) external view returns (Amounts memory);

    /// @notice Counters of credits or of trials.
    function supplyOf(uint256 id) external view returns (CreditSupply memory);

    /// @notice Units of an id that are held, in wallets and meters: issued - used - expired.
    function outstandingOf(uint256 id) external view returns (uint256);

    /// @notice What an account's meter holds, what of it is in notice, and when that may leave (0 = no notice). {s}
    /// Notes: of the trial, 0 after its end.
    function meterOf(
        address account,
        uint256 id
    ) external view returns (uint256 units, uint256 noticeUnits, uint256 noticeEndsAt);

    /// @notice Whether a nonce was settled or cancelled.
    function isNonceUsed(address account, uint256 id, uint256 nonce) external view returns (bool);

    /// @notice When a nonce may be cancelled; 0 without notice. {s}
    function cancelReadyAt(address account, uint256 id, uint256 nonce) external view returns (uint256);

    /// @notice The newest key of an account and when it ends. {s}
    function keyOf(address account) external view returns (address key, uint256 until);

    /// @notice Until when receipts of a key are settled; 0 for one that was never named. {s}
    function keyUntil(address account, address key) external view returns (uint256);

    /// @notice What a payer signs.
    function receiptDigest(UsageReceipt calldata receipt) external view returns (bytes32);

    /// @notice Whether an id is of credits.
    function isCredit(uint256 id) external pure returns (bool);

    /// @notice A plan.
    /// Requirements: it exists.
    function planOf(uint256 plan) external view returns (Plan memory);

    /// @notice How many plans there are; they are numbered from 0.
    function planCount() external view returns (uint256);

    /// @notice When an account's plan ends; 0 if it never had it. {s}
    function planEndsAt(address account, uint256 plan) external view returns (uint256);

    /// @notice When an account's trial ends; 0 if it never began. {s}
    function trialEndsAt(address account) external view returns (uint256);

    /// @notice Part of sales of credits that is kept for owners of assets. {bps}
    function assetShareBps() external view returns (uint16);

    /// @notice Units of a trial that begins now.
    function trialCredits() external view returns (uint16);

    /// @notice US dollars.
    function usdc() external view returns (IERC20);

    /// @notice The governance token.
    function gim() external view returns (IERC20);

    /// @notice Where assets are tokens.
    function registry() external view returns (IERC721);

    /// @notice Where discounts come from.
    function scores() external view returns (IScoreRegistry);

    /// @notice Where revenue goes.
    function feeSplitter() external view returns (address);
}

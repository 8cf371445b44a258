// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AutomationCompatibleInterface} from "@chainlink/contracts/src/v0.8/automation/AutomationCompatible.sol";
import {DepositRequest, NewPlan, OrderKind, Plan} from "../types/RecurringTypes.sol";
import {Permit} from "../types/ZapTypes.sol";
import {IBatchFactory} from "./IBatchFactory.sol";

/// @title IRecurringOrders
/// @notice Batch requests filed for their owners: once a period on an allowance, or several indices in one transaction.
/// @dev Requests belong to the owner of the plan, or to the caller: this contract is the controller of none. Cash is
/// that of the batch factory. It moves cash and shares of a plan's owner, once a period, and of a caller; nothing else.
interface IRecurringOrders is AutomationCompatibleInterface {
    /// @notice Emitted when an owner made a plan; `next` {s} is its first order.
    event PlanCreated(
        uint256 indexed id,
        address indexed owner,
        address indexed batchDepositor,
        NewPlan plan,
        uint40 next
    );

    /// @notice Emitted when an owner cancelled his plan.
    event PlanCancelled(uint256 indexed id, address indexed owner);

    /// @notice Emitted when a plan had its last order.
    event PlanCompleted(uint256 indexed id, address indexed owner);

    /// @notice Emitted when an order was filed. `amount`: {raw cash} of a deposit, {share wei} of a redemption;
    /// `tip` {raw cash} went to the executor; `next` {s} is the next order, 0 when there is none.
    event OrderExecuted(
        uint256 indexed id,
        address indexed owner,
        address indexed executor,
        OrderKind kind,
        uint256 requestId,
        uint256 amount,
        uint256 tip,
        uint40 next
    );

    /// @notice Emitted when one of several orders failed, with the error's data. The others went on.
    event OrderFailed(uint256 indexed id, bytes reason);

    /// @notice Emitted when a caller bought several indices at once; `assets` {raw cash} is the sum.
    event DepositsRequested(address indexed caller, uint256 assets, uint256 requests);

    /// @notice Makes a plan of the caller.
    /// Emits {PlanCreated}.
    /// Notes: orders need allowances of the owner to this contract: cash for deposits and tips, shares for withdrawals.
    /// Both may come as ERC-2612 permits; `PermitKind.NONE` leaves the allowance as it is. After a permit the allowance
    /// must cover one order: a permit that was wrong is noticed now and not at the first order.
    /// Requirements: a batch depositor of the factory; a start that is not past and at most 366 days away; a last
    /// day that is not before the start; a deposit that is not below the least request, a withdrawal above 0 and of at
    /// most 10,000 bps of the shares; a tip of at most `MAX_TIP`.
    /// @return id never used again.
    function create(
        NewPlan calldata plan,
        Permit calldata cashPermit,
        Permit calldata sharePermit
    ) external returns (uint256 id);

    /// @notice Ends a plan of the caller, at any time, also while an order is due.
    /// Emits {PlanCancelled}.
    function cancel(uint256 id) external;

    /// @notice Files the order of a plan that is due. Anyone may call.
    /// Emits {OrderExecuted}, and {PlanCompleted} after the last order.
    /// Notes: the next order is the first date of the plan's own grid that is still to come; missed ones are not made
    /// up for. The tip rises from 0 when the order falls due to the owner's cap `TIP_RAMP` later.
    /// Requirements: the plan exists, is due and not past its last day; the owner's allowance and balance cover it.
    /// @return requestId of the batch.
    function execute(uint256 id) external returns (uint256 requestId);

    /// @notice Files the orders of several plans, each on its own: one that fails stops none of the others.
    /// Emits {OrderExecuted} or {OrderFailed} for each.
    /// Requirements: enough gas for each; with too little for one nothing is filed.
    /// @return executed number of orders filed.
    function executeMany(uint256[] calldata ids) external returns (uint256 executed);

    /// @notice Files one order for `executor`. Only this contract may call it.
    function executeFor(uint256 id, address executor) external returns (uint256 requestId);

    /// @notice Files an order and always reverts: with `RecurringOrders_Simulated(tip)` when it would work.
    /// @dev How `checkUpkeep` finds out without leaving a trace.
    function simulate(uint256 id) external;

    /// @notice Requests deposits into several indices for the caller, in one transaction.
    /// Emits {DepositsRequested}.
    /// Notes: the sum is pulled once, on an allowance, an ERC-2612 permit or a signature for Permit2. Controller of all
    /// requests is the caller.
    /// Requirements: at least one request; none of 0; batch depositors of the factory. The same one may be named twice.
    /// @return requestIds of the batches, in the order of `requests`.
    function requestDeposits(
        DepositRequest[] calldata requests,
        Permit calldata permit
    ) external returns (uint256[] memory requestIds);

    /// @notice A plan. Its owner is 0 when there is none, or none any more.
    function plan(uint256 id) external view returns (Plan memory);

    /// @notice Plans `first` to `first + count - 1`, as far as they were ever made; ids begin at 1.
    function plans(uint256 first, uint256 count) external view returns (Plan[] memory);

    /// @notice Number of plans ever made: the highest id.
    function planCount() external view returns (uint256);

    /// @notice {raw cash} that the executor of a plan's order would get now; 0 while none is due.
    function tipOf(uint256 id) external view returns (uint256);

    /// @notice {raw cash} Most that a plan may offer for an order.
    function MAX_TIP() external view returns (uint256);

    /// @notice {s} Time in which a tip rises to its cap.
    function TIP_RAMP() external view returns (uint256);

    /// @notice Token that deposits are made in.
    function cash() external view returns (address);

    /// @notice Registry of the batch depositors served.
    function factory() external view returns (IBatchFactory);
}

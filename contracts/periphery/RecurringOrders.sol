// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AutomationCompatibleInterface} from "@chainlink/contracts/src/v0.8/automation/AutomationCompatible.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPermit2} from "../interfaces/external/IPermit2.sol";
import {IBatchDepositor} from "../interfaces/IBatchDepositor.sol";
import {IBatchFactory} from "../interfaces/IBatchFactory.sol";
import {IRecurringOrders} from "../interfaces/IRecurringOrders.sol";
import {Errors} from "../libraries/Errors.sol";
import {DepositRequest, NewPlan, OrderKind, Plan, RecurringCheck} from "../types/RecurringTypes.sol";
import {Permit, PermitKind} from "../types/ZapTypes.sol";
import {PeriodLib} from "./libraries/PeriodLib.sol";

/// @title RecurringOrders
/// @notice create -> (once a period) execute -> request of the batch depositor, for the owner. cancel at any time.
/// @dev PLANS: an owner makes them for himself only. An order is due from its date on and may be filed once; the next
/// date is the first of the owner's own grid after now, so what was missed is skipped. Cancelled and completed plans
/// are deleted; ids count up and never come back.
/// ALLOWANCES: users approve this contract, so it calls nothing that a caller could choose: the cash token, indices and
/// batch depositors of the factory, Permit2. What it pulls is the caller's own, or one order and its tip of a plan.
/// CUSTODY: the controller of every request is the owner of the plan or the caller, who alone can cancel and claim it.
/// No balance before or after a call; batch depositors have a standing approval for cash, of which there is none.
/// TIPS: they rise from 0 at the order's date to the owner's cap, so that an owner pays no more than it takes.
/// PERMITS: tried, then the allowance decides; a permit used up by somebody else in the mempool blocks nobody.
/// OWNERSHIP: no owner, no settings, no pause.
contract RecurringOrders is IRecurringOrders, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000; // {bps} one
    uint256 private constant DAY = 1 days; // {s}
    uint256 private constant ONE_D27 = 1e27; // D27{1}
    uint256 private constant MAX_WAIT = 366 days; // {s} from now to the first order
    uint256 private constant MAX_TIP_UNITS = 10; // {whole cash tokens}
    uint256 private constant STARVED = 8; // a call that leaves less than this part of the gas ran out of it

    /// @inheritdoc IRecurringOrders
    uint256 public constant TIP_RAMP = 1 hours; // {s}

    /// @inheritdoc IRecurringOrders
    IBatchFactory public immutable factory;
    /// @inheritdoc IRecurringOrders
    address public immutable cash;
    /// @inheritdoc IRecurringOrders
    uint256 public immutable MAX_TIP; // {raw cash}
    IPermit2 private immutable _permit2;

    /// @inheritdoc IRecurringOrders
    uint256 public planCount; // number of plans ever made
    mapping(uint256 id => Plan) private _plans;

    constructor(IBatchFactory factory_, address permit2) {
        require(address(factory_).code.length > 0, Errors.RecurringOrders_AddressInvalid(address(factory_)));
        require(permit2.code.length > 0, Errors.RecurringOrders_AddressInvalid(permit2));
        factory = factory_;
        cash = factory_.cash();
        MAX_TIP = MAX_TIP_UNITS * 10 ** IERC20Metadata(cash).decimals();
        _permit2 = IPermit2(permit2);
    }

    /* PLANS */

    /// @inheritdoc IRecurringOrders
    function create(
        NewPlan calldata wanted,
        Permit calldata cashPermit,
        Permit calldata sharePermit
    ) external nonReentrant returns (uint256 id) {
        uint40 start = _requireValid(wanted);

        id = ++planCount;
        _plans[id] = Plan({
            owner: msg.sender,
            next: start,
            ordersLeft: wanted.orders,
            kind: wanted.kind,
            period: wanted.period,
            day: PeriodLib.dayOf(start),
            lastDay: wanted.lastDay,
            batchDepositor: wanted.batchDepositor,
            amount: wanted.amount,
            tipCap: wanted.tipCap
        });
        emit PlanCreated(id, msg.sender, wanted.batchDepositor, wanted, start);

        bool pays = wanted.kind == OrderKind.DEPOSIT;
        _allow(cash, cashPermit, (pays ? wanted.amount : 0) + uint256(wanted.tipCap));
        if (pays) _approve(wanted.batchDepositor, type(uint128).max);
        if (sharePermit.kind != PermitKind.NONE) {
            _allow(IBatchDepositor(wanted.batchDepositor).share(), sharePermit, 1);
        }
    }

    /// @inheritdoc IRecurringOrders
    function cancel(uint256 id) external nonReentrant {
        require(_plans[id].owner != address(0), Errors.RecurringOrders_PlanUnknown(id));
        require(_plans[id].owner == msg.sender, Errors.RecurringOrders_Unauthorized(msg.sender));

        delete _plans[id];
        emit PlanCancelled(id, msg.sender);
    }

    /* ORDERS */

    /// @inheritdoc IRecurringOrders
    function execute(uint256 id) external nonReentrant returns (uint256 requestId) {
        (requestId, ) = _execute(id, msg.sender);
    }

    /// @inheritdoc IRecurringOrders
    function executeMany(uint256[] calldata ids) external nonReentrant returns (uint256 executed) {
        return _executeMany(ids);
    }

    /// @inheritdoc IRecurringOrders
    function executeFor(uint256 id, address executor) external returns (uint256 requestId) {
        require(msg.sender == address(this), Errors.RecurringOrders_Unauthorized(msg.sender));
        (requestId, ) = _execute(id, executor);
    }

    /// @inheritdoc AutomationCompatibleInterface
    function checkUpkeep(bytes calldata checkData) external returns (bool needed, bytes memory performData) {
        RecurringCheck memory check = abi.decode(checkData, (RecurringCheck));
        uint256 end = _endOf(check.first, check.count);
        uint256[] memory ids = new uint256[](FixedPointMathLib.min(check.most, check.count));
        uint256 found;
        uint256 used; // {gas} of the orders found
        for (uint256 id = check.first; id < end && found < ids.length; ++id) {
            if (!_isDue(_plans[id])) continue;
            (bool works, uint256 gas) = _works(id, check.minTip, FixedPointMathLib.zeroFloorSub(check.maxGas, used));
            if (!works) continue;
            ids[found++] = id;
            used += gas;
        }
        if (found == 0) return (false, "");

        assembly ("memory-safe") {
            mstore(ids, found)
        }
        return (true, abi.encode(ids));
    }

    /// @inheritdoc AutomationCompatibleInterface
    function performUpkeep(bytes calldata performData) external nonReentrant {
        uint256[] memory ids = abi.decode(performData, (uint256[]));
        require(_executeMany(ids) != 0, Errors.RecurringOrders_NothingExecuted());
    }

    /// @inheritdoc IRecurringOrders
    function simulate(uint256 id) external nonReentrant {
        (, uint256 tip) = _execute(id, address(this));
        revert Errors.RecurringOrders_Simulated(tip);
    }

    /* SEVERAL INDICES */

    /// @inheritdoc IRecurringOrders
    function requestDeposits(
        DepositRequest[] calldata requests,
        Permit calldata permit
    ) external nonReentrant returns (uint256[] memory requestIds) {
        require(requests.length != 0, Errors.RecurringOrders_RequestsEmpty());
        uint256 sum; // {raw cash}
        for (uint256 i; i < requests.length; ++i) {
            _requireDepositor(requests[i].batchDepositor);
            require(requests[i].assets != 0, Errors.RecurringOrders_AmountInvalid(0, 1, type(uint64).max));
            sum += requests[i].assets;
        }
        emit DepositsRequested(msg.sender, sum, requests.length);

        _take(sum, permit);
        requestIds = new uint256[](requests.length);
        for (uint256 i; i < requests.length; ++i) {
            address depositor = requests[i].batchDepositor;
            _approve(depositor, requests[i].assets);
            requestIds[i] = IBatchDepositor(depositor).requestDeposit(requests[i].assets, msg.sender, address(this));
        }
    }

    /* VIEWS */

    /// @inheritdoc IRecurringOrders
    function plan(uint256 id) external view returns (Plan memory) {
        return _plans[id];
    }

    /// @inheritdoc IRecurringOrders
    function plans(uint256 first, uint256 count) external view returns (Plan[] memory list) {
        uint256 end = _endOf(first, count);
        list = new Plan[](end > first ? end - first : 0);
        for (uint256 i; i < list.length; ++i) list[i] = _plans[first + i];
    }

    /// @inheritdoc IRecurringOrders
    function tipOf(uint256 id) external view returns (uint256) {
        return _isDue(_plans[id]) ? _tip(_plans[id].tipCap, _plans[id].next) : 0;
    }

    /* EXECUTION */

    function _execute(uint256 id, address executor) private returns (uint256 requestId, uint256 tip) {
        Plan memory p = _plans[id];
        require(p.owner != address(0), Errors.RecurringOrders_PlanUnknown(id));
        require(block.timestamp >= p.next, Errors.RecurringOrders_NotDue(id, p.next, block.timestamp));
        require(!_isOver(p.lastDay, block.timestamp), Errors.RecurringOrders_PlanEnded(id, p.lastDay));

        tip = _tip(p.tipCap, p.next);
        uint40 next = _advance(id, p);
        uint256 amount;
        if (p.kind == OrderKind.DEPOSIT) (requestId, amount) = _deposit(p);
        else (requestId, amount) = _redeem(id, p);
        if (tip != 0) _pull(cash, p.owner, executor, tip);

        emit OrderExecuted(id, p.owner, executor, p.kind, requestId, amount, tip, next);
    }

    /// @dev The plan after its order: at its next date, or gone. Returns that date, 0 when there is none.
    function _advance(uint256 id, Plan memory p) private returns (uint40 next) {
        next = PeriodLib.following(p.next, p.period, p.day, block.timestamp);
        if (p.ordersLeft == 1 || _isOver(p.lastDay, next)) {
            delete _plans[id];
            emit PlanCompleted(id, p.owner);
            return 0;
        }
        _plans[id].next = next;
        if (p.ordersLeft != 0) _plans[id].ordersLeft = p.ordersLeft - 1;
    }

    function _deposit(Plan memory p) private returns (uint256 requestId, uint256 amount) {
        amount = p.amount;
        _pull(cash, p.owner, address(this), amount);
        requestId = IBatchDepositor(p.batchDepositor).requestDeposit(amount, p.owner, address(this));
    }

    function _redeem(uint256 id, Plan memory p) private returns (uint256 requestId, uint256 shares) {
        IBatchDepositor depositor = IBatchDepositor(p.batchDepositor);
        address index = depositor.share();
        // Both downwards: never more than asked. {share wei} = {share wei} * {bps} / {bps}, and
        // {share wei} = {raw cash} * D27{1} / D27{raw cash/share wei}; there is no price without a complete NAV
        shares =
            p.kind == OrderKind.WITHDRAW_PART
                ? FixedPointMathLib.fullMulDiv(IERC20(index).balanceOf(p.owner), p.amount, BPS)
                : FixedPointMathLib.fullMulDiv(p.amount, ONE_D27, depositor.sharePrice());
        require(shares != 0, Errors.RecurringOrders_NothingToRedeem(id));

        _pull(index, p.owner, address(this), shares);
        IERC20(index).forceApprove(address(depositor), shares);
        requestId = depositor.requestRedeem(shares, p.owner, address(this));
    }

    /// @dev Each order in a call of its own, which takes back all that it did when it fails. One that was starved of
    /// gas leaves next to none: then nothing is filed, so that an estimate of the gas needed covers all orders.
    function _executeMany(uint256[] memory ids) private returns (uint256 executed) {
        for (uint256 i; i < ids.length; ++i) {
            uint256 gas = gasleft();
            try this.executeFor(ids[i], msg.sender) {
                ++executed;
            } catch (bytes memory reason) {
                require(gasleft() > gas / STARVED, Errors.RecurringOrders_GasTooLow(ids[i], gas));
                emit OrderFailed(ids[i], reason);
            }
        }
    }

    /// @dev Whether the order would be filed now for at least `minTip` {raw cash} within `maxGas` {gas}, and the gas.
    function _works(uint256 id, uint256 minTip, uint256 maxGas) private returns (bool works, uint256 gas) {
        gas = gasleft();
        try this.simulate{gas: maxGas}(id) {} catch (bytes memory reason) {
            if (bytes4(reason) != Errors.RecurringOrders_Simulated.selector) return (false, 0);
            uint256 tip; // {raw cash}
            assembly ("memory-safe") {
                tip := mload(add(reason, 0x24))
            }
            works = tip >= minTip;
        }
        gas -= gasleft();
    }

    /// @dev {raw cash} = {raw cash} * {s} / {s}
    function _tip(uint256 cap, uint256 due) private view returns (uint256) {
        return (cap * FixedPointMathLib.min(block.timestamp - due, TIP_RAMP)) / TIP_RAMP;
    }

    function _isDue(Plan storage p) private view returns (bool) {
        return p.owner != address(0) && block.timestamp >= p.next && !_isOver(p.lastDay, block.timestamp);
    }

    /// @dev Whether a time is after the last day of a plan.
    function _isOver(uint256 lastDay, uint256 timestamp) private pure returns (bool) {
        return lastDay != 0 && timestamp / DAY > lastDay;
    }

    /// @dev Id behind the last of `count` plans from `first` on.
    function _endOf(uint256 first, uint256 count) private view returns (uint256) {
        return FixedPointMathLib.min(FixedPointMathLib.saturatingAdd(first, count), planCount + 1);
    }

    /* CHECKS */

    /// @dev {s} of the first order.
    function _requireValid(NewPlan calldata wanted) private view returns (uint40 start) {
        _requireDepositor(wanted.batchDepositor);
        bool pays = wanted.kind == OrderKind.DEPOSIT;
        uint256 least = pays ? IBatchDepositor(wanted.batchDepositor).minAssets() : 1;
        uint256 most = wanted.kind == OrderKind.WITHDRAW_PART ? BPS : type(uint64).max;
        require(
            wanted.amount >= least && wanted.amount <= most,
            Errors.RecurringOrders_AmountInvalid(wanted.amount, least, most)
        );
        require(wanted.tipCap <= MAX_TIP, Errors.RecurringOrders_TipTooHigh(wanted.tipCap, MAX_TIP));

        start = wanted.start == 0 ? uint40(block.timestamp) : wanted.start;
        require(
            start >= block.timestamp && start <= block.timestamp + MAX_WAIT,
            Errors.RecurringOrders_StartInvalid(start, block.timestamp)
        );
        require(!_isOver(wanted.lastDay, start), Errors.RecurringOrders_EndInvalid(wanted.lastDay, start));
    }

    function _requireDepositor(address depositor) private view {
        require(factory.isDepositor(depositor), Errors.RecurringOrders_DepositorUnknown(depositor));
    }

    /* TOKENS */

    /// @dev Cash of the caller, by allowance, permit or Permit2.
    function _take(uint256 amount, Permit calldata permit) private {
        if (permit.kind == PermitKind.PERMIT2) {
            _permit2.permitTransferFrom(
                IPermit2.PermitTransferFrom({
                    permitted: IPermit2.TokenPermissions({token: cash, amount: permit.amount}),
                    nonce: permit.nonce,
                    deadline: permit.deadline
                }),
                IPermit2.SignatureTransferDetails({to: address(this), requestedAmount: amount}),
                msg.sender,
                permit.signature
            );
            return;
        }
        _allow(cash, permit, amount);
        _pull(cash, msg.sender, address(this), amount);
    }

    /// @dev Submits the caller's permit, if there is one. A permit that somebody else has already submitted fails here,
    /// and its allowance is there all the same.
    function _allow(address token, Permit calldata permit, uint256 least) private {
        if (permit.kind == PermitKind.NONE) return;
        require(permit.kind == PermitKind.ERC2612, Errors.RecurringOrders_PermitInvalid(uint8(permit.kind)));
        bytes calldata signature = permit.signature;
        require(signature.length == 65, Errors.RecurringOrders_SignatureInvalid(signature.length));
        try
            IERC20Permit(token).permit(
                msg.sender,
                address(this),
                permit.amount,
                permit.deadline,
                uint8(signature[64]),
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            )
        {} catch {}

        uint256 allowance = IERC20(token).allowance(msg.sender, address(this));
        require(allowance >= least, Errors.RecurringOrders_AllowanceTooSmall(token, allowance, least));
    }

    /// @dev Lets a batch depositor of the factory take cash when it is asked to; at least `needed` {raw cash}.
    function _approve(address depositor, uint256 needed) private {
        if (IERC20(cash).allowance(address(this), depositor) >= needed) return;
        IERC20(cash).forceApprove(depositor, type(uint256).max);
    }

    /// @dev Moves exactly `amount` {raw tokens}, or says what is missing. Asking only afterwards keeps an order cheap.
    function _pull(address token, address from, address to, uint256 amount) private {
        if (IERC20(token).trySafeTransferFrom(from, to, amount)) return;

        uint256 allowance = IERC20(token).allowance(from, address(this));
        require(allowance >= amount, Errors.RecurringOrders_AllowanceTooSmall(token, allowance, amount));
        uint256 balance = IERC20(token).balanceOf(from);
        require(balance >= amount, Errors.RecurringOrders_BalanceTooSmall(token, balance, amount));
        revert Errors.RecurringOrders_TransferFailed(token, from, to);
    }
}

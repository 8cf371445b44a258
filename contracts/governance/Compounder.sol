// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {IIndexLens} from "../interfaces/IIndexLens.sol";
import {IZap} from "../interfaces/IZap.sol";
import {IBuyback} from "../interfaces/governance/IBuyback.sol";
import {ICompounder} from "../interfaces/governance/ICompounder.sol";
import {IRevenueDistributor} from "../interfaces/governance/IRevenueDistributor.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {UniswapV3Swapper} from "../periphery/UniswapV3Swapper.sol";
import {CompoundMode, CompoundOrder, CompoundPolicy, IndexOrder, Lock} from "../types/GovernanceTypes.sol";
import {Permit, PermitKind, ZapIn} from "../types/ZapTypes.sol";

/// @title Compounder
/// @notice Turns revenue into what its owner chose: paid out, locked, swapped and locked, or deposited in an index.
///
/// RevenueDistributor.setClaimer(compounder) -> setPolicy() -> compound(), weekly, by the account or anyone it allows
///
/// @dev
/// CONSENT
/// - Two keys: the distributor pays here only for accounts that named this contract, and the policy says what for.
///   Either is taken back in one call. Without a policy only the account itself can call, and it is paid out.
/// - Nothing ever goes anywhere but to the account, into its lock or its index, except the caller's fee.
///
/// LOCKS
/// - A lock is topped up and keeps its end. It is neither made, nor extended, nor shortened here. Where none runs,
///   tokens are paid out as they are. A top-up starts the escrow's minimum hold again, as any does: who wants to leave
///   early takes the policy back first.
///
/// PRICES
/// - Swaps go along the buyback's routes, which the timelock sets, and bring at least the pools' mean price of half an
///   hour, less fees, less the account's slippage. Deposits bring at least the shares that the amount is worth at
///   oracle prices less the account's slippage, the index's mint fee included; what is left over goes to the account
///   on top. A caller who moves the pools takes no more than that from one account.
///
/// CUSTODY
/// - Every balance of a token that is touched leaves in the same call, so a donation ends with whoever comes next. No
///   approval stands but the escrow's for GIM.
///
/// ROLES
/// - None. Routes are the buyback's; another buyback or zap is another compounder, and accounts name it or do not.
contract Compounder is ICompounder, UniswapV3Swapper, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @notice {bps} largest fee that a policy can give.
    uint256 public constant MAX_FEE_BPS = 200;
    /// @notice {bps} largest slippage that a policy can accept.
    uint256 public constant MAX_SLIPPAGE_BPS = 1_000;
    uint256 private constant BPS = 10_000;

    /* STORAGE */

    /// @inheritdoc ICompounder
    IRevenueDistributor public immutable distributor;
    /// @inheritdoc ICompounder
    IVotingEscrow public immutable escrow;
    /// @inheritdoc ICompounder
    IBuyback public immutable buyback;
    /// @inheritdoc ICompounder
    IZap public immutable zap;
    /// @inheritdoc ICompounder
    IIndexLens public immutable lens;
    /// @inheritdoc ICompounder
    IAssetRegistry public immutable registry;
    /// @inheritdoc ICompounder
    IERC20 public immutable gim;

    mapping(address account => CompoundPolicy policy) private _policies;

    /* CONSTRUCTOR */

    constructor(
        IRevenueDistributor newDistributor,
        IBuyback newBuyback,
        IZap newZap,
        IIndexLens newLens,
        IAssetRegistry newRegistry,
        address uniswapFactory
    ) UniswapV3Swapper(uniswapFactory) {
        distributor = newDistributor;
        escrow = newDistributor.escrow();
        gim = escrow.token();
        buyback = newBuyback;
        zap = newZap;
        lens = newLens;
        registry = newRegistry;
        address bought = address(newBuyback.gim());
        require(bought == address(gim), GovernanceErrors.Compounder_TokenMismatch(bought, address(gim)));
        gim.forceApprove(address(escrow), type(uint256).max);
    }

    modifier onlySelf() {
        require(msg.sender == address(this), GovernanceErrors.Compounder_Unauthorized(msg.sender, address(this)));
        _;
    }

    /* CHOOSING */

    /// @inheritdoc ICompounder
    function setPolicy(CompoundPolicy calldata policy) external {
        require(policy.maxFeeBps <= MAX_FEE_BPS, GovernanceErrors.Compounder_FeeTooHigh(policy.maxFeeBps, MAX_FEE_BPS));
        bool trades = policy.mode == CompoundMode.SWAP_AND_LOCK || policy.mode == CompoundMode.INDEX;
        require(
            trades
                ? policy.maxSlippageBps != 0 && policy.maxSlippageBps <= MAX_SLIPPAGE_BPS
                : policy.maxSlippageBps == 0,
            GovernanceErrors.Compounder_SlippageInvalid(policy.maxSlippageBps, trades ? MAX_SLIPPAGE_BPS : 0)
        );
        require(
            policy.mode == CompoundMode.INDEX ? zap.factory().isIndex(policy.vault) : policy.vault == address(0),
            GovernanceErrors.Compounder_VaultInvalid(policy.vault)
        );

        emit PolicySet(msg.sender, _policies[msg.sender], policy);
        _policies[msg.sender] = policy;
    }

    /* COMPOUNDING */

    /// @inheritdoc ICompounder
    function compound(CompoundOrder calldata order) external nonReentrant {
        _compound(order, msg.sender);
    }

    /// @inheritdoc ICompounder
    function compoundMany(CompoundOrder[] calldata orders) external nonReentrant {
        for (uint256 k; k < orders.length; ++k) {
            try this.compoundFor(orders[k], msg.sender) {} catch (bytes memory reason) {
                emit CompoundFailed(orders[k].account, reason);
            }
        }
    }

    /// @inheritdoc ICompounder
    function compoundFor(CompoundOrder calldata order, address caller) external onlySelf {
        _compound(order, caller);
    }

    /// @inheritdoc ICompounder
    function swap(bytes calldata path, uint256 amountIn) external onlySelf {
        _swapExactIn(path, amountIn, address(this));
    }

    /* VIEWS */

    /// @inheritdoc ICompounder
    function policyOf(address account) external view returns (CompoundPolicy memory) {
        return _policies[account];
    }

    /// @inheritdoc ICompounder
    /// @dev {share wei} = {raw tokens} * D27{USD/tok} / 10^(decimals + 9) * 1e18 / D18{USD/share} * (1 - slippage),
    /// rounded up. An index that holds something without a price counts as cheaper than it is: more shares are asked.
    function minShares(
        address vault,
        address token,
        uint256 amount,
        uint256 maxSlippageBps
    ) public view returns (uint256) {
        uint256 price = registry.price(token); // D27{USD/tok}
        uint256 perShare = lens.nav(vault).perShare; // D18{USD/share}
        require(price != 0 && perShare != 0, GovernanceErrors.Compounder_PriceUnknown(token, vault));
        uint256 one = 10 ** (uint256(registry.assetConfig(token).tokenDecimals) + 9);
        uint256 value = Math.mulDiv(amount, price, one); // D18{USD}
        uint256 shares = Math.mulDiv(value, 1e18, perShare, Math.Rounding.Ceil);
        return Math.mulDiv(shares, BPS - maxSlippageBps, BPS, Math.Rounding.Ceil);
    }

    /* INTERNAL */

    function _compound(CompoundOrder calldata order, address caller) private {
        CompoundPolicy memory policy = _policies[order.account];
        require(
            caller == order.account || policy.anyone,
            GovernanceErrors.Compounder_Unauthorized(caller, order.account)
        );
        require(
            order.feeBps <= policy.maxFeeBps,
            GovernanceErrors.Compounder_FeeTooHigh(order.feeBps, policy.maxFeeBps)
        );

        distributor.claim(order.account, order.tokens, address(this));

        bool canLock = _canLock(order.account, policy.mode);
        for (uint256 k; k < order.tokens.length; ++k) {
            address token = order.tokens[k];
            uint256 amount = IERC20(token).balanceOf(address(this));
            if (amount == 0) continue;
            uint256 fee = (amount * order.feeBps) / BPS;
            if (fee != 0) IERC20(token).safeTransfer(caller, fee);

            CompoundMode mode = _modeFor(policy, token, canLock);
            uint256 received = amount - fee;
            if (mode == CompoundMode.INDEX) received = _deposit(order, policy, k, received);
            else if (mode != CompoundMode.PAY_OUT) received = _lock(order.account, policy, token, received);
            else IERC20(token).safeTransfer(order.account, received);

            emit Compounded(order.account, caller, token, mode, amount, fee, received);
        }
    }

    /// @dev What becomes of one token: the policy, where it can be followed.
    function _modeFor(CompoundPolicy memory policy, address token, bool canLock) private view returns (CompoundMode) {
        if (policy.mode == CompoundMode.INDEX) {
            // A share of the index is a deposit already, and what has no feed has no bound.
            bool listed = token != policy.vault && registry.assetConfig(token).feed != address(0);
            return listed ? CompoundMode.INDEX : CompoundMode.PAY_OUT;
        }
        if (!canLock) return CompoundMode.PAY_OUT;
        if (token == address(gim)) return CompoundMode.LOCK;
        bool swaps = policy.mode == CompoundMode.SWAP_AND_LOCK && buyback.hasRoute(token);
        return swaps ? CompoundMode.SWAP_AND_LOCK : CompoundMode.PAY_OUT;
    }

    /// @dev Whether the policy wants a lock and one is running.
    function _canLock(address account, CompoundMode mode) private view returns (bool) {
        if (mode != CompoundMode.LOCK && mode != CompoundMode.SWAP_AND_LOCK) return false;
        Lock memory held = escrow.locked(account);
        return held.amount != 0 && (held.permanent || held.end > block.timestamp);
    }

    /// @dev Sells `amount` {raw tokens} for GIM unless it is GIM, and tops the account's lock up.
    function _lock(
        address account,
        CompoundPolicy memory policy,
        address token,
        uint256 amount
    ) private returns (uint256) {
        if (token != address(gim)) {
            bytes memory path = buyback.routeOf(token).path;
            uint256 least = Math.mulDiv(buyback.meanAmountOut(path, amount), BPS - policy.maxSlippageBps, BPS);
            require(least != 0, GovernanceErrors.Compounder_AmountTooSmall(token, amount));
            uint256 before = gim.balanceOf(address(this)); // of GIM that another part of the order brought
            this.swap(path, amount);
            uint256 bought = gim.balanceOf(address(this)) - before;
            require(bought >= least, GovernanceErrors.Compounder_OutputTooLow(token, bought, least));
            amount = bought;
        }
        escrow.lockFor(account, amount, 0);
        return amount;
    }

    /// @dev Deposits `amount` {raw tokens} of the k-th token for the shares that the caller says it is worth.
    function _deposit(
        CompoundOrder calldata order,
        CompoundPolicy memory policy,
        uint256 k,
        uint256 amount
    ) private returns (uint256 shares) {
        address token = order.tokens[k];
        require(order.deposits.length == order.tokens.length, GovernanceErrors.Compounder_OrderInvalid(token));
        IndexOrder calldata deposit = order.deposits[k];
        shares = deposit.shares;
        uint256 least = minShares(policy.vault, token, amount, policy.maxSlippageBps);
        require(shares >= least && least != 0, GovernanceErrors.Compounder_OutputTooLow(token, shares, least));

        IERC20(token).forceApprove(address(zap), amount);
        zap.zapIn(_zapOf(order.account, policy, token, amount, deposit), _noPermit());

        // What was left over came back in the token that the legs were bought with.
        uint256 length = deposit.entry.length;
        IERC20 hub = IERC20(length == 0 ? token : _tokenAt(deposit.entry, length - _ADDRESS_LENGTH));
        uint256 rest = hub.balanceOf(address(this));
        if (rest != 0) hub.safeTransfer(order.account, rest);
    }

    function _zapOf(
        address account,
        CompoundPolicy memory policy,
        address token,
        uint256 amount,
        IndexOrder calldata deposit
    ) private view returns (ZapIn memory) {
        return
            ZapIn({
                vault: policy.vault,
                tokenIn: token,
                amountIn: amount,
                shares: deposit.shares,
                receiver: account,
                deadline: block.timestamp,
                basketNonce: deposit.basketNonce,
                maxFeeBps: policy.maxSlippageBps, // the least shares bound it already
                entry: deposit.entry,
                routes: deposit.routes
            });
    }

    function _noPermit() private pure returns (Permit memory permit) {
        permit.kind = PermitKind.NONE;
    }
}

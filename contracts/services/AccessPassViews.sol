// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IScoreRegistry} from "../interfaces/governance/IScoreRegistry.sol";
import {IAccessPass} from "../interfaces/services/IAccessPass.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {Tier} from "../types/GovernanceTypes.sol";
import {Amounts, CreditSupply, Plan, UsageReceipt} from "../types/ServiceTypes.sol";
import {Meter, MeterLib, OpenMeter} from "./libraries/MeterLib.sol";
import {PoolLib} from "./libraries/PoolLib.sol";
import {ReceiptLib} from "./libraries/ReceiptLib.sol";

/// @title AccessPassViews
/// @notice What an AccessPass keeps and what can be read from it. Everything that changes it is in AccessPass.
abstract contract AccessPassViews is IAccessPass, ERC1155, EIP712 {
    using MeterLib for Meter;
    using MeterLib for OpenMeter;

    /// @dev One slot.
    struct Notice {
        uint48 units;
        uint48 endsAt; // {s}
    }

    /// @dev What a settlement works with. Groups of one id and asset that follow each other are booked at once.
    struct Run {
        uint256 id; // {id}
        uint256 asset; // {id}
        uint256 units; // {credits}
        uint256 buffer; // {bytes} where ReceiptLib has its buffer
        OpenMeter meter; // of the group in hand
    }

    uint256 internal constant LAST_CREDIT = 4; // 1 SIGNALS, 2 DECISIONS, 3 COMPUTE, 4 DATASETS
    uint256 internal constant FIRST_PLAN = 1_000;
    uint256 internal constant MAX_PLANS = 1_000;
    uint256 internal constant TRIAL = 2_000;
    uint256 internal constant MAX_DISCOUNT_BPS = 5_000; // {bps} the most that a tier takes off, here too

    /* STORAGE */

    /// @inheritdoc IAccessPass
    IERC20 public immutable usdc;
    /// @inheritdoc IAccessPass
    IERC20 public immutable gim;
    /// @inheritdoc IAccessPass
    IERC721 public immutable registry;
    /// @inheritdoc IAccessPass
    IScoreRegistry public immutable scores;
    /// @inheritdoc IAccessPass
    address public immutable feeSplitter;
    /// @inheritdoc IAccessPass
    uint16 public assetShareBps;
    /// @inheritdoc IAccessPass
    uint16 public trialCredits;

    Plan[] internal _plans;
    mapping(uint256 id => Amounts prices) internal _prices;
    mapping(uint256 id => Amounts prices) internal _bases;
    mapping(uint256 id => Amounts amounts) internal _pools;
    mapping(uint256 asset => Amounts amounts) internal _earned; // of asset 0: what is due to the fee splitter
    mapping(uint256 id => CreditSupply supply) internal _supplies;
    mapping(address account => mapping(uint256 id => Meter meter)) internal _meters;
    mapping(address account => mapping(uint256 id => Notice notice)) internal _notices;
    mapping(address account => mapping(uint256 id => mapping(uint256 nonce => uint256 readyAt))) internal _cancels;
    mapping(address account => address key) internal _keys;
    /// @inheritdoc IAccessPass
    mapping(address account => mapping(address key => uint256 until)) public keyUntil;
    /// @inheritdoc IAccessPass
    mapping(address account => mapping(uint256 plan => uint256 endsAt)) public planEndsAt;
    /// @inheritdoc IAccessPass
    mapping(address account => uint256 endsAt) public trialEndsAt;

    /* CONSTRUCTOR */

    constructor(IERC20 newUsdc, IERC20 newGim, IERC721 newRegistry, IScoreRegistry newScores, address newFeeSplitter) {
        require(
            address(newUsdc) != address(0) &&
                address(newGim) != address(0) &&
                address(newRegistry) != address(0) &&
                address(newScores) != address(0) &&
                newFeeSplitter != address(0),
            ServiceErrors.AccessPass_ZeroAddress()
        );
        usdc = newUsdc;
        gim = newGim;
        registry = newRegistry;
        scores = newScores;
        feeSplitter = newFeeSplitter;
    }

    /* PRICES */

    /// @inheritdoc IAccessPass
    function costOf(address payer, uint256 id, uint256 units, address currency) external view returns (uint256 cost) {
        _requireCredit(id);
        (cost, ) = _cost(payer, id, units, _prices[id], currency);
    }

    /// @inheritdoc IAccessPass
    function planCostOf(
        address payer,
        uint256 plan,
        uint256 periods,
        address currency
    ) external view returns (uint256 cost) {
        (cost, ) = _cost(payer, FIRST_PLAN + plan, periods, _planPrices(plan), currency);
    }

    /// @inheritdoc IAccessPass
    function priceOf(uint256 id) external view returns (Amounts memory) {
        return _prices[id];
    }

    /// @inheritdoc IAccessPass
    function basisOf(uint256 id) external view returns (Amounts memory) {
        return _bases[id];
    }

    /* MONEY */

    /// @inheritdoc IAccessPass
    function poolOf(uint256 id) external view returns (Amounts memory) {
        return _pools[id];
    }

    /// @inheritdoc IAccessPass
    function earnedOf(uint256 asset) external view returns (Amounts memory) {
        return _earned[asset];
    }

    /* CREDITS */

    /// @inheritdoc IAccessPass
    function supplyOf(uint256 id) external view returns (CreditSupply memory) {
        return _supplies[id];
    }

    /// @inheritdoc IAccessPass
    function outstandingOf(uint256 id) external view returns (uint256) {
        return _outstanding(_supplies[id]);
    }

    /// @inheritdoc IERC1155
    /// @dev A plan and a trial are no entries of a wallet: they end by themselves.
    function balanceOf(address account, uint256 id) public view override(ERC1155, IERC1155) returns (uint256) {
        if (id == TRIAL) return _isTrialOver(account) ? 0 : _meters[account][TRIAL].units;
        if (id < FIRST_PLAN || id >= FIRST_PLAN + MAX_PLANS) return super.balanceOf(account, id);
        return block.timestamp < planEndsAt[account][id - FIRST_PLAN] ? 1 : 0;
    }

    /// @inheritdoc IAccessPass
    function meterOf(
        address account,
        uint256 id
    ) external view returns (uint256 units, uint256 noticeUnits, uint256 noticeEndsAt) {
        units = id == TRIAL && _isTrialOver(account) ? 0 : _meters[account][id].units;
        Notice memory notice = _notices[account][id];
        return (units, Math.min(notice.units, units), notice.endsAt);
    }

    /// @inheritdoc IAccessPass
    function isCredit(uint256 id) public pure returns (bool) {
        return id != 0 && id <= LAST_CREDIT;
    }

    /* RECEIPTS */

    /// @inheritdoc IAccessPass
    function isNonceUsed(address account, uint256 id, uint256 nonce) external view returns (bool) {
        return _openMeter(account, id).isUsed(_meters[account][id], nonce);
    }

    /// @inheritdoc IAccessPass
    function cancelReadyAt(address account, uint256 id, uint256 nonce) external view returns (uint256) {
        return _cancels[account][id][nonce];
    }

    /// @inheritdoc IAccessPass
    function keyOf(address account) external view returns (address key, uint256 until) {
        key = _keys[account];
        until = keyUntil[account][key];
    }

    /// @inheritdoc IAccessPass
    function receiptDigest(UsageReceipt calldata receipt) external view returns (bytes32) {
        return ReceiptLib.digest(_domainSeparatorV4(), receipt);
    }

    /* PLANS */

    /// @inheritdoc IAccessPass
    function planOf(uint256 plan) external view returns (Plan memory) {
        return _plan(plan);
    }

    /// @inheritdoc IAccessPass
    function planCount() external view returns (uint256) {
        return _plans.length;
    }

    /* INTERNAL */

    /// @dev cost {raw} = units * price {raw} * (10,000 - discount) {bps} / 10,000, rounded up.
    function _cost(
        address payer,
        uint256 id,
        uint256 units,
        Amounts memory prices,
        address currency
    ) internal view returns (uint256 cost, uint256 price) {
        price = _isUsdc(currency) ? prices.usdc : prices.gim;
        require(price != 0, ServiceErrors.AccessPass_NotSold(id, currency));
        (, Tier memory benefits) = scores.benefitsAt(payer, scores.lastWeekStart());
        uint256 left = PoolLib.BPS - Math.min(benefits.apiDiscountBps, MAX_DISCOUNT_BPS);
        cost = Math.ceilDiv(units * price * left, PoolLib.BPS);
    }

    function _isUsdc(address currency) internal view returns (bool is_) {
        is_ = currency == address(usdc);
        require(is_ || currency == address(gim), ServiceErrors.AccessPass_CurrencyUnknown(currency));
    }

    function _plan(uint256 plan) internal view returns (Plan storage) {
        require(plan < _plans.length, ServiceErrors.AccessPass_PlanUnknown(plan, _plans.length));
        return _plans[plan];
    }

    function _planPrices(uint256 plan) internal view returns (Amounts memory) {
        Plan storage terms = _plan(plan);
        return Amounts(terms.usdcPrice, terms.gimPrice);
    }

    function _isTrialOver(address account) internal view returns (bool) {
        return block.timestamp >= trialEndsAt[account];
    }

    function _openMeter(address account, uint256 id) internal view returns (OpenMeter memory meter) {
        _meters[account][id].open(meter);
    }

    function _outstanding(CreditSupply memory supply) internal pure returns (uint256) {
        return supply.issued - supply.used - supply.expired;
    }

    function _requireCredit(uint256 id) internal pure {
        require(isCredit(id), ServiceErrors.AccessPass_NotCredits(id));
    }
}

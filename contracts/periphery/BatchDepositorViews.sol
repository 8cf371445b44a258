// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {Batch, BatchAccount, Curve, IBatchDepositor} from "../interfaces/IBatchDepositor.sol";
import {IERC7540Deposit} from "../interfaces/external/IERC7540Deposit.sol";
import {IERC7540Operator} from "../interfaces/external/IERC7540Operator.sol";
import {IERC7540Redeem} from "../interfaces/external/IERC7540Redeem.sol";
import {IERC7575} from "../interfaces/external/IERC7575.sol";
import {Errors} from "../libraries/Errors.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {Ledger, Outcome, Requests, Side} from "../types/BatchTypes.sol";
import {BatchLedger} from "./libraries/BatchLedger.sol";
import {NavReader} from "./libraries/NavReader.sol";

/// @title BatchDepositorViews
/// @notice What a BatchDepositor keeps and what can be read from it. Everything that changes it is in BatchDepositor.
abstract contract BatchDepositorViews is IBatchDepositor {
    using BatchLedger for Ledger;
    using BatchLedger for Batch;

    uint256 internal constant BPS = 10_000; // {bps} one
    uint256 internal constant ONE = 1e27; // D27{1}
    uint256 internal constant MAX_PREMIUM = 100; // {bps} largest distance of a delivery's price from NAV
    uint256 internal constant MAX_MOVE = 500; // {bps} largest distance of the live NAV from the one at the opening
    uint256 internal constant MIN_PRICE = 1e6; // D27{raw cash/share wei} below it rounding is more than 0.0001%
    uint256 internal constant MIN_SHARES = 1e12; // {share wei} a millionth of a share: less would round to no cash
    uint256 private constant PROXY = 45; // {bytes} OpenZeppelin Clones

    IAssetRegistry internal immutable REGISTRY;
    address internal immutable CASH;
    uint8 internal immutable CASH_DECIMALS;
    uint256 internal immutable MIN_ASSETS; // {raw cash} one whole unit
    address internal immutable IMPLEMENTATION;

    /// @inheritdoc IERC7540Operator
    mapping(address controller => mapping(address operator => bool)) public isOperator;

    mapping(uint256 batch => Batch) internal _batches;
    mapping(address controller => Ledger) internal _deposits;
    mapping(address controller => Ledger) internal _redemptions;

    constructor(IAssetRegistry registry, address cash) {
        REGISTRY = registry;
        CASH = cash;
        CASH_DECIMALS = IERC20Metadata(cash).decimals();
        MIN_ASSETS = 10 ** uint256(CASH_DECIMALS);
        IMPLEMENTATION = address(this);
    }

    /* BATCHES */

    /// @inheritdoc IBatchDepositor
    function collecting() external view returns (uint256) {
        return BatchLedger.collecting();
    }

    /// @inheritdoc IBatchDepositor
    function windowOf(uint256 batch) external pure returns (uint256 lockedAt, uint256 opensAt, uint256 closesAt) {
        opensAt = batch * BatchLedger.PERIOD;
        lockedAt = opensAt - BatchLedger.LOCK;
        closesAt = opensAt + BatchLedger.WINDOW;
    }

    /// @inheritdoc IBatchDepositor
    function batchOf(uint256 batch) external view returns (Batch memory) {
        return _batches[batch];
    }

    /// @inheritdoc IBatchDepositor
    function curveOf(uint256 batch) external view returns (Curve memory) {
        return _curve(batch);
    }

    /// @inheritdoc IBatchDepositor
    function sharePrice() external view returns (uint256) {
        return _sharePrice();
    }

    /// @inheritdoc IBatchDepositor
    function minAssets() external view returns (uint256) {
        return MIN_ASSETS;
    }

    /// @inheritdoc IBatchDepositor
    function minShares() external pure returns (uint256) {
        return MIN_SHARES;
    }

    /* ACCOUNTS */

    /// @inheritdoc IBatchDepositor
    function accountOf(address controller) external view returns (BatchAccount memory account) {
        (Requests memory r, Outcome memory o) = _deposits[controller].peek(_batches, Side.DEPOSIT);
        account.pendingAssets = uint256(r.amount) + r.earlierAmount;
        (account.depositedAssets, account.sharesOut, account.refundAssets) = (o.assets, o.shares, o.refund);

        (r, o) = _redemptions[controller].peek(_batches, Side.REDEEM);
        account.pendingShares = uint256(r.amount) + r.earlierAmount;
        (account.redeemedShares, account.assetsOut, account.refundShares) = (o.shares, o.assets, o.refund);
    }

    /// @inheritdoc IBatchDepositor
    function depositRequestsOf(address controller) external view returns (uint256[2] memory, uint256[2] memory) {
        return _requests(_deposits[controller]);
    }

    /// @inheritdoc IBatchDepositor
    function redeemRequestsOf(address controller) external view returns (uint256[2] memory, uint256[2] memory) {
        return _requests(_redemptions[controller]);
    }

    /* ERC-7540 */

    /// @inheritdoc IERC7540Deposit
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256) {
        if (_batches[requestId].isOver(requestId, Side.DEPOSIT)) return 0;
        return _deposits[controller].amountIn(requestId);
    }

    /// @inheritdoc IERC7540Deposit
    /// @dev A request that was counted since is part of `maxDeposit`, and no longer of its batch here.
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _claimable(_deposits[controller], requestId, Side.DEPOSIT);
    }

    /// @inheritdoc IERC7540Redeem
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        if (_batches[requestId].isOver(requestId, Side.REDEEM)) return 0;
        return _redemptions[controller].amountIn(requestId);
    }

    /// @inheritdoc IERC7540Redeem
    /// @dev A request that was counted since is part of `maxRedeem`, and no longer of its batch here.
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _claimable(_redemptions[controller], requestId, Side.REDEEM);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC7540Operator).interfaceId ||
            interfaceId == type(IERC7540Deposit).interfaceId ||
            interfaceId == type(IERC7540Redeem).interfaceId ||
            interfaceId == type(IERC7575).interfaceId ||
            interfaceId == type(IERC165).interfaceId;
    }

    /* ERC-7575 */

    /// @inheritdoc IERC7575
    function asset() external view returns (address) {
        return CASH;
    }

    /// @inheritdoc IERC7575
    function share() external view returns (address) {
        return _vault();
    }

    /// @inheritdoc IERC7575
    /// @dev Reverts without a complete NAV: any answer would be a guess.
    function convertToShares(uint256 assets) external view returns (uint256) {
        return FixedPointMathLib.fullMulDiv(assets, ONE, _sharePrice());
    }

    /// @inheritdoc IERC7575
    /// @dev Reverts without a complete NAV: any answer would be a guess.
    function convertToAssets(uint256 shares) external view returns (uint256) {
        return FixedPointMathLib.fullMulDiv(shares, _sharePrice(), ONE);
    }

    /// @inheritdoc IERC7575
    /// @dev The whole index in cash; what waits in requests is not part of it. Reverts without a complete NAV.
    function totalAssets() external view returns (uint256) {
        return FixedPointMathLib.fullMulDiv(IERC20Metadata(_vault()).totalSupply(), _sharePrice(), ONE);
    }

    /// @inheritdoc IERC7575
    function maxDeposit(address controller) external view returns (uint256) {
        (, Outcome memory o) = _deposits[controller].peek(_batches, Side.DEPOSIT);
        return o.assets;
    }

    /// @inheritdoc IERC7575
    function maxMint(address controller) external view returns (uint256) {
        (, Outcome memory o) = _deposits[controller].peek(_batches, Side.DEPOSIT);
        return o.shares;
    }

    /// @inheritdoc IERC7575
    function maxWithdraw(address controller) external view returns (uint256) {
        (, Outcome memory o) = _redemptions[controller].peek(_batches, Side.REDEEM);
        return o.assets;
    }

    /// @inheritdoc IERC7575
    function maxRedeem(address controller) external view returns (uint256) {
        (, Outcome memory o) = _redemptions[controller].peek(_batches, Side.REDEEM);
        return o.shares;
    }

    /// @inheritdoc IERC7575
    /// @dev ERC-7540: what a request becomes is not known before its batch is over.
    function previewDeposit(uint256) external pure returns (uint256) {
        revert Errors.BatchDepositor_PreviewUnsupported();
    }

    /// @inheritdoc IERC7575
    /// @dev As `previewDeposit`.
    function previewMint(uint256) external pure returns (uint256) {
        revert Errors.BatchDepositor_PreviewUnsupported();
    }

    /// @inheritdoc IERC7575
    /// @dev As `previewDeposit`.
    function previewWithdraw(uint256) external pure returns (uint256) {
        revert Errors.BatchDepositor_PreviewUnsupported();
    }

    /// @inheritdoc IERC7575
    /// @dev As `previewDeposit`.
    function previewRedeem(uint256) external pure returns (uint256) {
        revert Errors.BatchDepositor_PreviewUnsupported();
    }

    /* INTERNAL */

    /// @dev The index, from the code of the clone.
    function _vault() internal view returns (address vault) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, PROXY, 0x20)
            vault := shr(96, mload(0x00))
        }
    }

    /// @dev D27{raw cash/share wei} of a NAV that may be traded at, or a typed error.
    function _sharePrice() internal view returns (uint256 price) {
        address[] memory tokens = new address[](1);
        tokens[0] = CASH;
        Quote memory quote = REGISTRY.quotes(tokens)[0];
        require(
            quote.price != 0 && quote.flags & (AssetFlags.FROZEN | AssetFlags.OFF_PEG) == 0,
            Errors.BatchDepositor_CashUnusable(CASH)
        );

        price = NavReader.pricePerShare(NavReader.valueComplete(REGISTRY, _vault()), quote.price, CASH_DECIMALS);
        require(price >= MIN_PRICE && price <= type(uint128).max, Errors.BatchDepositor_PriceOutOfRange(price));
    }

    /// @dev Prices of a delivery now, and what is left. Both prices are rounded in favour of those who wait.
    function _curve(uint256 batch) internal view returns (Curve memory c) {
        Batch memory b = _batches[batch];
        require(b.openedAt != 0, Errors.BatchDepositor_NotOpened(batch));
        require(BatchLedger.isInWindow(batch), Errors.BatchDepositor_NotInWindow(batch, block.timestamp));
        c.assetsLeft = b.assets - b.assetsSpent;
        c.sharesLeft = b.shares - b.sharesSpent;

        c.nav = _sharePrice();
        require(
            FixedPointMathLib.dist(c.nav, b.price) * BPS <= uint256(b.price) * MAX_MOVE,
            Errors.BatchDepositor_NavMoved(c.nav, b.price)
        );
        // {bps * s}; from -MAX_PREMIUM at the opening, up by twice of it in a whole window
        uint256 scale = BPS * BatchLedger.WINDOW;
        uint256 start = MAX_PREMIUM * BatchLedger.WINDOW;
        uint256 risen = 2 * MAX_PREMIUM * (block.timestamp - b.openedAt);
        c.depositPrice = FixedPointMathLib.fullMulDiv(c.nav, scale - start + risen, scale);
        c.redeemPrice = FixedPointMathLib.fullMulDivUp(c.nav, scale + start - risen, scale);
    }

    function _requests(Ledger storage ledger) private view returns (uint256[2] memory batches, uint256[2] memory list) {
        Requests memory r = ledger.requests;
        batches = [uint256(r.earlierBatch), r.batch];
        list = [uint256(r.earlierAmount), r.amount];
    }

    function _claimable(Ledger storage ledger, uint256 batch, Side side) private view returns (uint256) {
        uint256 amount = ledger.amountIn(batch);
        if (amount == 0 || !_batches[batch].isOver(batch, side)) return 0;
        return BatchLedger.exchanged(_batches[batch], side, amount);
    }
}

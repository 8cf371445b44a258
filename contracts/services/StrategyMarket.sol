// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAccessPass} from "../interfaces/services/IAccessPass.sol";
import {IStrategyMarket} from "../interfaces/services/IStrategyMarket.sol";
import {IStrategyRegistry} from "../interfaces/services/IStrategyRegistry.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {Listing} from "../types/ServiceTypes.sol";

/// @title StrategyMarket
/// @notice Strategies, datasets and usage credits at fixed prices, without custody.
///
/// list() -> buy() of all or of a part -> gone; or cancel(), or `until`, or the strategy changed its owner
///
/// @dev
/// CUSTODY
/// - None. Tokens stay with the seller and money with the buyer until the call that moves both. Nothing is held between
///   calls or within one, so there is nothing to steal, to lock or to rescue.
///
/// LISTINGS
/// - Nothing of a listing can be changed, so nobody can raise a price in front of a buyer. Its market fee is the lower
///   of the one when it was listed and today's: a vote cannot take from a seller what he did not agree to.
/// - A strategy is listed with the count of its transfers. Once it has moved, the listing is dead for good, also when
///   the strategy comes back: an old price may be one of long ago. Credits are all alike; a listing of them is an offer
///   as long as the seller holds and approves.
/// - A year at most, for the same reason.
///
/// PAYMENT
/// - cost {raw currency} = units * unitPrice. The author's ERC-2981 royalty (strategies only) and the market's fee are
///   rounded down, the seller gets the rest. An author who sells pays himself nothing.
/// - A royalty whose receiver is this contract stays with the seller: here it would be lost.
///
/// BUYERS
/// - name the newest version that they know. Publishing another just before the purchase makes it fail.
///
/// LIVENESS
/// - A seller, author or fee receiver whom the currency blocks stops sales in that currency, and nothing else.
///
/// ROLES
/// - Owner (the timelock): the fee, up to 500 bps. No power over listings, tokens or money.
///
/// TOKEN REQUIREMENTS
/// - Two currencies, fixed at deployment, that move exactly what is asked for: no fee on transfer, no rebasing.
contract StrategyMarket is IStrategyMarket, Ownable2Step, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @inheritdoc IStrategyMarket
    uint256 public constant MAX_FEE_BPS = 500;
    /// @inheritdoc IStrategyMarket
    uint256 public constant MAX_DURATION = 365 days;
    uint256 private constant BPS = 10_000; // {bps} one

    /* STORAGE */

    /// @inheritdoc IStrategyMarket
    IStrategyRegistry public immutable registry;
    /// @inheritdoc IStrategyMarket
    IAccessPass public immutable pass;
    /// @inheritdoc IStrategyMarket
    IERC20 public immutable usdc;
    /// @inheritdoc IStrategyMarket
    IERC20 public immutable gim;
    /// @inheritdoc IStrategyMarket
    address public immutable feeReceiver;
    /// @inheritdoc IStrategyMarket
    uint256 public feeBps; // {bps of the price}
    /// @inheritdoc IStrategyMarket
    uint256 public listingCount; // {listings}

    mapping(uint256 listingId => Listing listing) private _listings;

    /* CONSTRUCTOR */

    constructor(
        IStrategyRegistry newRegistry,
        IAccessPass newPass,
        IERC20 newUsdc,
        IERC20 newGim,
        address newFeeReceiver,
        uint256 newFeeBps,
        address initialOwner
    ) Ownable(initialOwner) {
        require(
            address(newRegistry) != address(0) &&
                address(newPass) != address(0) &&
                address(newUsdc) != address(0) &&
                address(newGim) != address(0) &&
                newFeeReceiver != address(0) &&
                newFeeReceiver != address(this),
            ServiceErrors.StrategyMarket_ZeroAddress()
        );

        registry = newRegistry;
        pass = newPass;
        usdc = newUsdc;
        gim = newGim;
        feeReceiver = newFeeReceiver;
        _setFeeBps(newFeeBps);
    }

    /* SELLERS */

    /// @inheritdoc IStrategyMarket
    function list(
        address collection,
        uint256 id,
        uint256 units,
        uint256 unitPrice,
        address currency,
        uint256 until
    ) external returns (uint256 listingId) {
        uint256 latest = block.timestamp + MAX_DURATION; // {s}
        require(until > block.timestamp && until <= latest, ServiceErrors.StrategyMarket_UntilInvalid(until, latest));
        require(unitPrice != 0, ServiceErrors.StrategyMarket_PriceZero());
        require(
            currency == address(usdc) || currency == address(gim),
            ServiceErrors.StrategyMarket_CurrencyUnknown(currency)
        );

        Listing memory made = Listing({
            seller: msg.sender,
            unitPrice: unitPrice.toUint96(),
            collection: collection,
            until: until.toUint48(),
            feeBps: feeBps.toUint16(),
            left: units.toUint32(),
            currency: currency,
            id: id.toUint48(),
            transferNonce: _requireListable(collection, id, units).toUint48()
        });
        _requireApproved(made);
        listingId = ++listingCount;
        _listings[listingId] = made;

        emit Listed(listingId, msg.sender, collection, made);
    }

    /// @inheritdoc IStrategyMarket
    function cancel(uint256 listingId) external {
        Listing memory standing = _standing(listingId);
        require(msg.sender == standing.seller, ServiceErrors.StrategyMarket_Unauthorized(msg.sender));

        delete _listings[listingId];

        emit Cancelled(listingId, msg.sender, standing.left);
    }

    /* BUYERS */

    /// @inheritdoc IStrategyMarket
    function buy(
        uint256 listingId,
        uint256 units,
        uint256 maxCost,
        bytes32 expectedHash
    ) external nonReentrant returns (uint256 cost) {
        Listing memory l = _standing(listingId);
        require(block.timestamp < l.until, ServiceErrors.StrategyMarket_Expired(l.until, block.timestamp));
        require(units != 0 && units <= l.left, ServiceErrors.StrategyMarket_UnitsInvalid(units, l.left));
        require(msg.sender != l.seller, ServiceErrors.StrategyMarket_SellerBuys(l.seller));
        _requireUnchanged(l, expectedHash);
        _requireApproved(l);
        _requireHeld(l, units);
        cost = units * l.unitPrice;
        require(cost <= maxCost, ServiceErrors.StrategyMarket_CostTooHigh(cost, maxCost, l.currency));

        (address royaltyReceiver, uint256 royalty, uint256 fee) = _parts(l, cost);
        uint256 left = l.left - units;
        if (left == 0) delete _listings[listingId];
        else _listings[listingId].left = uint32(left); // below what was there

        emit Bought(listingId, msg.sender, l.seller, units, cost, royaltyReceiver, royalty, fee, left);

        _pay(l.currency, feeReceiver, fee);
        _pay(l.currency, royaltyReceiver, royalty);
        _pay(l.currency, l.seller, cost - royalty - fee);
        // The buyer's code runs in here, when everything else is done.
        if (_isStrategy(l)) registry.safeTransferFrom(l.seller, msg.sender, l.id);
        else pass.safeTransferFrom(l.seller, msg.sender, l.id, units, "");
    }

    /* OWNER */

    /// @inheritdoc IStrategyMarket
    function setFeeBps(uint256 newFeeBps) external onlyOwner {
        _setFeeBps(newFeeBps);
    }

    /* VIEWS */

    /// @inheritdoc IStrategyMarket
    function listing(uint256 listingId) external view returns (Listing memory) {
        return _listings[listingId];
    }

    /// @inheritdoc IStrategyMarket
    function availableUnits(uint256 listingId) external view returns (uint256) {
        Listing memory l = _listings[listingId];
        if (block.timestamp >= l.until || !_isApproved(l)) return 0; // `until` is 0 where there is no listing
        if (_isStrategy(l)) return registry.transferNonce(l.id) == l.transferNonce ? 1 : 0;
        return Math.min(l.left, pass.balanceOf(l.seller, l.id));
    }

    /// @inheritdoc IStrategyMarket
    function quote(
        uint256 listingId,
        uint256 units
    ) external view returns (uint256 cost, address royaltyReceiver, uint256 royalty, uint256 fee, uint256 proceeds) {
        Listing memory l = _standing(listingId);
        cost = units * l.unitPrice;
        (royaltyReceiver, royalty, fee) = _parts(l, cost);
        proceeds = cost - royalty - fee;
    }

    /* INTERNAL */

    function _pay(address currency, address to, uint256 amount) private {
        if (amount != 0) IERC20(currency).safeTransferFrom(msg.sender, to, amount);
    }

    function _setFeeBps(uint256 newFeeBps) private {
        require(newFeeBps <= MAX_FEE_BPS, ServiceErrors.StrategyMarket_FeeTooHigh(newFeeBps, MAX_FEE_BPS));

        emit FeeSet(feeBps, newFeeBps);
        feeBps = newFeeBps;
    }

    function _standing(uint256 listingId) private view returns (Listing memory l) {
        l = _listings[listingId];
        require(l.seller != address(0), ServiceErrors.StrategyMarket_ListingUnknown(listingId));
    }

    /// @dev Who is paid what of a cost, both rounded down. {raw currency}
    function _parts(
        Listing memory l,
        uint256 cost
    ) private view returns (address royaltyReceiver, uint256 royalty, uint256 fee) {
        fee = (cost * Math.min(l.feeBps, feeBps)) / BPS;
        if (!_isStrategy(l)) return (address(0), 0, fee);
        (royaltyReceiver, royalty) = registry.royaltyInfo(l.id, cost);
        if (royaltyReceiver == l.seller || royaltyReceiver == address(this) || royaltyReceiver == address(0)) {
            (royaltyReceiver, royalty) = (address(0), 0);
        }
    }

    /// @dev That the caller holds what he lists, and that it can be sold here.
    /// @return transferNonce of a strategy, 0 for credits.
    function _requireListable(
        address collection,
        uint256 id,
        uint256 units
    ) private view returns (uint256 transferNonce) {
        if (collection == address(registry)) {
            require(units == 1, ServiceErrors.StrategyMarket_UnitsInvalid(units, 1));
            bool owned = registry.ownerOf(id) == msg.sender;
            require(owned, ServiceErrors.StrategyMarket_NotOwned(msg.sender, id, 0, 1));
            return registry.transferNonce(id);
        }
        require(collection == address(pass), ServiceErrors.StrategyMarket_CollectionUnknown(collection));
        require(pass.isCredit(id), ServiceErrors.StrategyMarket_NotTransferable(id));
        uint256 held = pass.balanceOf(msg.sender, id);
        require(units != 0, ServiceErrors.StrategyMarket_UnitsInvalid(units, held));
        require(units <= held, ServiceErrors.StrategyMarket_NotOwned(msg.sender, id, held, units));
    }

    /// @dev That a strategy has the owner of its listing and the version that the buyer knows. Credits have neither.
    function _requireUnchanged(Listing memory l, bytes32 expectedHash) private view {
        bytes32 newest;
        if (_isStrategy(l)) {
            uint256 nonce = registry.transferNonce(l.id);
            require(nonce == l.transferNonce, ServiceErrors.StrategyMarket_TokenMoved(l.id, nonce, l.transferNonce));
            newest = registry.latestHash(l.id);
        }
        require(newest == expectedHash, ServiceErrors.StrategyMarket_VersionChanged(newest, expectedHash));
    }

    /// @dev A strategy that has not moved since it was listed is the seller's.
    function _requireHeld(Listing memory l, uint256 units) private view {
        if (_isStrategy(l)) return;
        uint256 held = pass.balanceOf(l.seller, l.id);
        require(units <= held, ServiceErrors.StrategyMarket_NotOwned(l.seller, l.id, held, units));
    }

    function _requireApproved(Listing memory l) private view {
        require(_isApproved(l), ServiceErrors.StrategyMarket_NotApproved(l.seller, l.collection));
    }

    function _isApproved(Listing memory l) private view returns (bool) {
        if (!_isStrategy(l)) return pass.isApprovedForAll(l.seller, address(this));
        return registry.getApproved(l.id) == address(this) || registry.isApprovedForAll(l.seller, address(this));
    }

    function _isStrategy(Listing memory l) private view returns (bool) {
        return l.collection == address(registry);
    }
}

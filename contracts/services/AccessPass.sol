// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IScoreRegistry} from "../interfaces/governance/IScoreRegistry.sol";
import {IAccessPass} from "../interfaces/services/IAccessPass.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {Amounts, CreditSupply, Plan, SignedUsage, SkipReason, UsageGroup} from "../types/ServiceTypes.sol";
import {AccessPassViews} from "./AccessPassViews.sol";
import {Meter, MeterLib, OpenMeter} from "./libraries/MeterLib.sol";
import {PoolLib} from "./libraries/PoolLib.sol";
import {ReceiptLib} from "./libraries/ReceiptLib.sol";

/// @title AccessPass
/// @notice Access to the services as tokens: credits that are used up, plans that run, one trial an address.
///
/// buyCredits() -> load() -> receipts, signed for each use -> settle() by anyone -> claimEarned() by owners of assets
///
/// @dev
/// CREDITS
/// - In a wallet they can be transferred; in a meter they can be used. What leaves a meter waits a day, in which
///   receipts are still settled from it. So nobody uses credits and then transfers them before they are settled.
/// - issued = used + expired + held, for every id. Credits do not expire; only what a trial leaves does.
///
/// RECEIPTS
/// - Signed by who pays, by EIP-712: no service can take what was not signed for, and nobody is trusted to settle.
/// - Each has its own nonce, so that they settle in any order and one that is lost holds up none.
/// - Accounts with code name a key. Only keys sign, by ECDSA, so settling calls nobody.
/// - Taking back what a receipt rests on (unloading, cancelling, another key) has notice; a receipt's own end has none.
///
/// EARNINGS
/// - A share of what credits cost lies in a pool, by id and currency. Using `units` of the `outstanding` takes
///   their part of it, for the asset that was used. What was used without one, and all other revenue, goes to the fee
///   splitter.
/// - Nobody gains by using his own asset. A credit costs at least half its price, and brings at most two fifths of
///   the basis: the lowest price since none was held. A lower price cuts the pool in the same ratio. Parts are
///   rounded up by less than one raw token of each currency, and half less two fifths of the smallest price is ten.
///
/// ROLES
/// - Owner (the timelock): prices, plans, the share of owners of assets, the size of trials, within the caps below. It
///   cannot touch credits, meters, running plans or what was earned.
///
/// TOKEN REQUIREMENTS
/// - USDC and GIM, fixed. No fee on transfer (measured where it matters, refused).
///
/// KNOWN LIMITS
/// - A trial is for an address, not for a person: n addresses have n trials. They earn nobody anything.
/// - An account can name its own asset in receipts that no service saw, and so get a part of its own money back;
///   receipts that a service holds then find less in the meter. A service holds few of them, and reads the meter each
///   time.
/// - The pool of an id mixes both currencies. While the owner's prices in USDC and GIM are worth more than a quarter
///   apart, buying for the cheaper one and earning from the dearer one may gain, at the expense of other assets.
/// - What an asset earns that nobody registered yet waits for whoever registers it.
/// - Plans and trials end by time, without an event, and no receiver is asked whether it takes them.
contract AccessPass is AccessPassViews, Ownable2Step, ReentrancyGuardTransient {
    using MeterLib for Meter;
    using MeterLib for OpenMeter;
    using PoolLib for Amounts;
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// @notice {bps} most that is kept for owners of assets: less than credits cost with the largest discount.
    uint16 public constant MAX_ASSET_SHARE_BPS = 4_000;
    uint16 public constant MAX_TRIAL_CREDITS = 1_000;
    /// @notice {raw tokens} of a credit or plan.
    uint256 public constant MIN_PRICE = 100;
    uint256 public constant MAX_PERIODS = 36;
    /// @notice {s} of a plan.
    uint256 public constant PERIOD = 30 days;
    /// @notice {s}
    uint256 public constant TRIAL_LENGTH = 7 days;
    /// @notice {s} before credits leave a meter and before a nonce is cancelled.
    uint256 public constant NOTICE = 1 days;
    /// @notice {s} for which receipts of a replaced key are settled.
    uint256 public constant KEY_NOTICE = 2 hours;
    /// @notice {s}
    uint256 public constant MAX_KEY_TERM = 365 days;
    uint256 private constant MAX_SUPPLY = type(uint48).max; // so that every meter fits its field
    uint256 private constant SERVICES = 0x1e; // bits 1 to 4

    /* CONSTRUCTOR */

    constructor(
        IERC20 newUsdc,
        IERC20 newGim,
        IERC721 newRegistry,
        IScoreRegistry newScores,
        address newFeeSplitter,
        address initialOwner,
        string memory uri
    )
        AccessPassViews(newUsdc, newGim, newRegistry, newScores, newFeeSplitter)
        ERC1155(uri)
        EIP712("Gimbal AccessPass", "1")
        Ownable(initialOwner)
    {
        _setAssetShare(MAX_ASSET_SHARE_BPS);
    }

    /* BUYING */

    /// @inheritdoc IAccessPass
    /// @dev The receiver is asked last: all books are closed by then.
    function buyCredits(
        uint256 id,
        uint256 units,
        address currency,
        uint256 maxCost,
        address receiver
    ) external nonReentrant returns (uint256 cost) {
        _requireCredit(id);
        CreditSupply memory supply = _supplies[id];
        uint256 most = MAX_SUPPLY - supply.issued;
        require(units != 0 && units <= most, ServiceErrors.AccessPass_UnitsInvalid(units, most));
        uint256 price;
        (cost, price) = _cost(msg.sender, id, units, _prices[id], currency);
        require(cost <= maxCost, ServiceErrors.AccessPass_CostTooHigh(cost, maxCost));

        // The first credits after a time without any begin a new basis; the pool is empty then.
        if (_outstanding(supply) == 0) _bases[id] = _prices[id];
        uint256 kept = _keep(id, currency, cost, price);
        _supplies[id].issued = supply.issued + uint64(units); // at most MAX_SUPPLY

        emit CreditsBought(msg.sender, receiver, id, units, currency, cost, kept);
        if (kept != 0) _pull(currency, kept);
        IERC20(currency).safeTransferFrom(msg.sender, feeSplitter, cost - kept);
        _mint(receiver, id, units, "");
    }

    /// @inheritdoc IAccessPass
    function buyPlan(
        uint256 plan,
        uint256 periods,
        address currency,
        uint256 maxCost,
        address receiver
    ) external nonReentrant returns (uint256 cost) {
        require(receiver != address(0), ServiceErrors.AccessPass_ZeroAddress());
        uint256 endsAt = planEndsAt[receiver][plan];
        bool isNew = endsAt <= block.timestamp;
        uint256 left = isNew ? 0 : endsAt - block.timestamp;
        require(
            periods != 0 && periods <= MAX_PERIODS && left + periods * PERIOD <= MAX_PERIODS * PERIOD,
            ServiceErrors.AccessPass_PeriodsInvalid(periods, MAX_PERIODS - Math.ceilDiv(left, PERIOD))
        );
        uint256 id = FIRST_PLAN + plan;
        (cost, ) = _cost(msg.sender, id, periods, _planPrices(plan), currency);
        require(cost <= maxCost, ServiceErrors.AccessPass_CostTooHigh(cost, maxCost));

        endsAt = block.timestamp + left + periods * PERIOD;
        planEndsAt[receiver][plan] = endsAt;

        emit PlanBought(msg.sender, receiver, plan, periods, currency, cost, endsAt);
        if (isNew) emit TransferSingle(msg.sender, address(0), receiver, id, 1);
        IERC20(currency).safeTransferFrom(msg.sender, feeSplitter, cost);
    }

    /// @inheritdoc IAccessPass
    function startTrial() external {
        uint256 units = trialCredits;
        require(units != 0, ServiceErrors.AccessPass_TrialsClosed());
        require(trialEndsAt[msg.sender] == 0, ServiceErrors.AccessPass_TrialUsed(msg.sender));

        uint256 endsAt = block.timestamp + TRIAL_LENGTH;
        trialEndsAt[msg.sender] = endsAt;
        _supplies[TRIAL].issued += uint64(units); // at most MAX_TRIAL_CREDITS
        _meters[msg.sender][TRIAL].units = uint48(units);

        emit TrialStarted(msg.sender, units, endsAt);
        emit TransferSingle(msg.sender, address(0), msg.sender, TRIAL, units);
    }

    /// @inheritdoc IAccessPass
    function expireTrial(address account) external {
        Meter storage meter = _meters[account][TRIAL];
        uint48 units = meter.units;
        require(
            _isTrialOver(account) && units != 0,
            ServiceErrors.AccessPass_TrialNotOver(account, trialEndsAt[account], units)
        );

        meter.units = 0;
        _supplies[TRIAL].expired += units;

        emit TrialExpired(account, units);
        emit TransferSingle(msg.sender, account, address(0), TRIAL, units);
    }

    /* METERS */

    /// @inheritdoc IAccessPass
    function load(uint256 id, uint256 units) external nonReentrant {
        _requireCredit(id);
        require(units != 0, ServiceErrors.AccessPass_UnitsInvalid(units, MAX_SUPPLY));
        _burn(msg.sender, id, units);
        // What was in a wallet was issued, so it is at most MAX_SUPPLY, and so is the sum.
        uint48 left = _meters[msg.sender][id].units + uint48(units);
        _meters[msg.sender][id].units = left;

        emit Loaded(msg.sender, id, units, left);
    }

    /// @inheritdoc IAccessPass
    function requestUnload(uint256 id, uint256 units) external {
        _requireCredit(id);
        uint256 held = _meters[msg.sender][id].units;
        require(units <= held, ServiceErrors.AccessPass_MeterTooLow(msg.sender, id, units, held));

        // At most what the meter holds; a time fits 48 bits for some millions of years.
        uint256 endsAt = units == 0 ? 0 : block.timestamp + NOTICE;
        _notices[msg.sender][id] = Notice(uint48(units), uint48(endsAt));

        emit UnloadRequested(msg.sender, id, units, endsAt);
    }

    /// @inheritdoc IAccessPass
    function unload(uint256 id) external nonReentrant returns (uint256 units) {
        Notice memory notice = _notices[msg.sender][id];
        _requireNoticeOver(notice.endsAt);
        Meter storage meter = _meters[msg.sender][id];
        uint48 held = meter.units;
        units = Math.min(notice.units, held);

        delete _notices[msg.sender][id];
        uint48 left = held - uint48(units); // units are at most what is held
        meter.units = left;

        emit Unloaded(msg.sender, id, units, left);
        if (units != 0) _mint(msg.sender, id, units, "");
    }

    /// @inheritdoc IAccessPass
    function setKey(address key, uint48 until) external {
        bool valid =
            key == address(0) ? until == 0 : until > block.timestamp && until <= block.timestamp + MAX_KEY_TERM;
        require(
            valid,
            ServiceErrors.AccessPass_KeyTermInvalid(until, block.timestamp + 1, block.timestamp + MAX_KEY_TERM)
        );

        mapping(address key => uint256 until) storage ends = keyUntil[msg.sender];
        address previous = _keys[msg.sender];
        uint256 soonest = block.timestamp + KEY_NOTICE;
        uint256 previousUntil = Math.min(ends[previous], soonest);
        if (previous != key) ends[previous] = previousUntil;
        // A key that is named again does not end sooner than by its notice either.
        uint256 newUntil = key == address(0) ? 0 : Math.max(until, Math.min(ends[key], soonest));
        ends[key] = newUntil;
        _keys[msg.sender] = key;

        emit KeySet(msg.sender, key, newUntil, previous, previousUntil);
    }

    /// @inheritdoc IAccessPass
    function requestCancelNonce(uint256 id, uint256 nonce) external {
        _requireUnused(_openMeter(msg.sender, id), id, nonce);

        uint256 readyAt = block.timestamp + NOTICE;
        _cancels[msg.sender][id][nonce] = readyAt;

        emit NonceCancelRequested(msg.sender, id, nonce, readyAt);
    }

    /// @inheritdoc IAccessPass
    function cancelNonce(uint256 id, uint256 nonce) external {
        _requireNoticeOver(_cancels[msg.sender][id][nonce]);
        OpenMeter memory meter = _openMeter(msg.sender, id);
        _requireUnused(meter, id, nonce);

        delete _cancels[msg.sender][id][nonce];
        meter.markUsed(_meters[msg.sender][id], nonce);
        _meters[msg.sender][id].close(meter);

        emit NonceCancelled(msg.sender, id, nonce);
    }

    /* SETTLING */

    /// @inheritdoc IAccessPass
    function settle(UsageGroup[] calldata groups) external nonReentrant returns (uint256 settled) {
        Run memory run;
        run.buffer = ReceiptLib.open(_domainSeparatorV4());
        for (uint256 i; i < groups.length; ++i) {
            settled += _settleGroup(run, groups[i]);
        }
        _book(run);
    }

    /// @inheritdoc IAccessPass
    function claimEarned(uint256 asset, address currency) external nonReentrant returns (uint256 amount) {
        require(asset != 0, ServiceErrors.AccessPass_NothingThere(asset, currency));
        address receiver = registry.ownerOf(asset);
        amount = _take(asset, currency);

        emit EarnedPaid(asset, currency, receiver, amount);
        IERC20(currency).safeTransfer(receiver, amount);
    }

    /// @inheritdoc IAccessPass
    function flush(address currency) external nonReentrant returns (uint256 amount) {
        amount = _take(0, currency);

        emit Flushed(currency, amount);
        IERC20(currency).safeTransfer(feeSplitter, amount);
    }

    /* OWNER */

    /// @inheritdoc IAccessPass
    function setCreditPrice(uint256 id, uint96 usdcPrice, uint96 gimPrice) external onlyOwner {
        _requireCredit(id);
        _requirePrices(usdcPrice, gimPrice);
        bool held = _outstanding(_supplies[id]) != 0;
        Amounts memory pool = _pools[id];
        Amounts memory basis = _bases[id];
        Amounts memory left;
        (left.usdc, basis.usdc) = PoolLib.rebase(pool.usdc, basis.usdc, usdcPrice, held);
        (left.gim, basis.gim) = PoolLib.rebase(pool.gim, basis.gim, gimPrice, held);
        Amounts memory current = Amounts(usdcPrice, gimPrice);

        emit CreditPriceSet(id, _prices[id], current, basis);
        _prices[id] = current;
        _bases[id] = basis;
        _pools[id] = left;
        _earn(0, id, 0, pool.minus(left));
    }

    /// @inheritdoc IAccessPass
    function addPlan(Plan calldata plan) external onlyOwner returns (uint256 number) {
        number = _plans.length;
        require(number < MAX_PLANS, ServiceErrors.AccessPass_PlansFull(MAX_PLANS));
        require(
            plan.services != 0 && plan.services & ~SERVICES == 0,
            ServiceErrors.AccessPass_ServicesInvalid(plan.services)
        );
        _requirePrices(plan.usdcPrice, plan.gimPrice);

        _plans.push(plan);

        emit PlanAdded(number, plan.services, plan.creditsPerDay);
        emit PlanPriceSet(number, plan.usdcPrice, plan.gimPrice);
    }

    /// @inheritdoc IAccessPass
    function setPlanPrice(uint256 plan, uint96 usdcPrice, uint96 gimPrice) external onlyOwner {
        Plan storage terms = _plan(plan);
        _requirePrices(usdcPrice, gimPrice);

        (terms.usdcPrice, terms.gimPrice) = (usdcPrice, gimPrice);

        emit PlanPriceSet(plan, usdcPrice, gimPrice);
    }

    /// @inheritdoc IAccessPass
    function setAssetShare(uint16 newAssetShareBps) external onlyOwner {
        _setAssetShare(newAssetShareBps);
    }

    /// @inheritdoc IAccessPass
    function setTrialCredits(uint16 newTrialCredits) external onlyOwner {
        require(
            newTrialCredits <= MAX_TRIAL_CREDITS,
            ServiceErrors.AccessPass_TrialTooLarge(newTrialCredits, MAX_TRIAL_CREDITS)
        );

        emit TrialCreditsSet(trialCredits, newTrialCredits);
        trialCredits = newTrialCredits;
    }

    /* INTERNAL: SETTLING */

    /// @dev Reads and writes the account's meter once.
    function _settleGroup(Run memory run, UsageGroup calldata group) private returns (uint256 receipts) {
        address account = group.account;
        uint256 id = group.id;
        if (id == TRIAL && _isTrialOver(account)) return _skipAll(group);
        uint256 asset = group.asset;
        SignedUsage[] calldata usages = group.receipts;
        OpenMeter memory meter = run.meter;
        Meter storage stored = _meters[account][id];
        stored.open(meter);
        uint256 held = meter.units;
        ReceiptLib.begin(run.buffer, account, id, asset);
        for (uint256 i; i < usages.length; ++i) {
            // As many receipts as calldata holds, and each takes off the meter what is there.
            unchecked {
                if (_settleOne(run, stored, account, id, ReceiptLib.item(usages, i))) ++receipts;
            }
        }
        if (receipts == 0) return 0;
        stored.close(meter);

        uint256 units;
        unchecked {
            units = held - meter.units; // what receipts took
        }
        emit Settled(account, id, asset, receipts, units, meter.units);
        _add(run, id, asset, units);
    }

    function _add(Run memory run, uint256 id, uint256 asset, uint256 units) private {
        if (id != run.id || asset != run.asset) {
            _book(run);
            (run.id, run.asset, run.units) = (id, asset, 0);
        }
        run.units += units;
    }

    /// @dev Takes the units of a good receipt off the meter. Cheap questions first. Nobody signs for account 0, whose
    /// meter is empty.
    function _settleOne(
        Run memory run,
        Meter storage stored,
        address account,
        uint256 id,
        SignedUsage calldata usage
    ) private returns (bool) {
        (uint256 nonce, uint256 units, uint256 validUntil) = ReceiptLib.read(usage);
        OpenMeter memory meter = run.meter;
        if (meter.isUsed(stored, nonce)) return _skip(account, id, nonce, SkipReason.NonceUsed);
        if (block.timestamp >= validUntil) return _skip(account, id, nonce, SkipReason.Expired);
        if (units == 0 || units > meter.units) return _skip(account, id, nonce, SkipReason.UnitsInvalid);
        address signer = ReceiptLib.signerOf(run.buffer, usage);
        // No key 0 ever runs, so what is no signature is no key's either.
        if (signer != account && block.timestamp >= keyUntil[account][signer]) {
            return _skip(account, id, nonce, SkipReason.SignatureInvalid);
        }
        meter.markUsed(stored, nonce);
        unchecked {
            meter.units -= units; // at most what is there
        }
        return true;
    }

    function _skip(address account, uint256 id, uint256 nonce, SkipReason reason) private returns (bool) {
        emit ReceiptSkipped(account, id, nonce, reason);
        return false;
    }

    function _skipAll(UsageGroup calldata group) private returns (uint256) {
        for (uint256 i; i < group.receipts.length; ++i) {
            _skip(group.account, group.id, group.receipts[i].nonce, SkipReason.Expired);
        }
        return 0;
    }

    /// @dev Units of a run leave the supply, and their part of the pool goes to the asset.
    function _book(Run memory run) private {
        if (run.units == 0) return;
        CreditSupply memory supply = _supplies[run.id];
        _supplies[run.id].used = supply.used + uint64(run.units); // at most what was issued
        if (run.id == TRIAL) return;
        Amounts memory pool = _pools[run.id];
        Amounts memory part = pool.partUp(run.units, _outstanding(supply));
        _pools[run.id] = pool.minus(part);
        _earn(run.asset, run.id, run.units, part);
    }

    function _earn(uint256 asset, uint256 id, uint256 units, Amounts memory part) private {
        if (part.usdc | part.gim == 0) return;
        _earned[asset] = _earned[asset].plus(part);

        emit Earned(asset, id, units, part.usdc, part.gim);
    }

    /* INTERNAL: MONEY */

    /// @dev Puts the assets' share of a sale into the pool.
    function _keep(uint256 id, address currency, uint256 cost, uint256 price) private returns (uint128 kept) {
        Amounts memory basis = _bases[id];
        if (_isUsdc(currency)) {
            kept = PoolLib.keptDown(cost, price, basis.usdc, assetShareBps);
            _pools[id].usdc += kept;
        } else {
            kept = PoolLib.keptDown(cost, price, basis.gim, assetShareBps);
            _pools[id].gim += kept;
        }
    }

    /// @dev All of it must arrive, or the last to be paid would find too little.
    function _pull(address currency, uint256 amount) private {
        uint256 balance = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(currency).balanceOf(address(this)) - balance;
        require(received == amount, ServiceErrors.AccessPass_TransferInexact(currency, received, amount));
    }

    function _take(uint256 asset, address currency) private returns (uint256 amount) {
        Amounts storage earned = _earned[asset];
        if (_isUsdc(currency)) {
            amount = earned.usdc;
            earned.usdc = 0;
        } else {
            amount = earned.gim;
            earned.gim = 0;
        }
        require(amount != 0, ServiceErrors.AccessPass_NothingThere(asset, currency));
    }

    /* INTERNAL: CHECKS */

    /// @dev Plans and trials are never in a wallet; this refuses transfers of nothing too, which would tell of them.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        for (uint256 i; i < ids.length; ++i) {
            if (!isCredit(ids[i])) revert ServiceErrors.AccessPass_NotTransferable(ids[i]);
        }
        super._update(from, to, ids, values);
    }

    function _setAssetShare(uint16 newAssetShareBps) private {
        require(
            newAssetShareBps <= MAX_ASSET_SHARE_BPS,
            ServiceErrors.AccessPass_AssetShareTooHigh(newAssetShareBps, MAX_ASSET_SHARE_BPS)
        );

        emit AssetShareSet(assetShareBps, newAssetShareBps);
        assetShareBps = newAssetShareBps;
    }

    function _requireUnused(OpenMeter memory meter, uint256 id, uint256 nonce) private view {
        require(nonce <= MeterLib.MAX_NONCE, ServiceErrors.AccessPass_NonceInvalid(nonce, MeterLib.MAX_NONCE));
        require(
            !meter.isUsed(_meters[msg.sender][id], nonce),
            ServiceErrors.AccessPass_NonceUsed(msg.sender, id, nonce)
        );
    }

    function _requireNoticeOver(uint256 endsAt) private view {
        require(
            endsAt != 0 && block.timestamp >= endsAt,
            ServiceErrors.AccessPass_NoticeNotOver(endsAt, block.timestamp)
        );
    }

    function _requirePrices(uint256 usdcPrice, uint256 gimPrice) private pure {
        require(usdcPrice == 0 || usdcPrice >= MIN_PRICE, ServiceErrors.AccessPass_PriceTooLow(usdcPrice, MIN_PRICE));
        require(gimPrice == 0 || gimPrice >= MIN_PRICE, ServiceErrors.AccessPass_PriceTooLow(gimPrice, MIN_PRICE));
    }
}

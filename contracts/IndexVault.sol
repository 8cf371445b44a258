// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "solady/src/tokens/ERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IndexVaultViews} from "./IndexVaultViews.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {IIndexVault} from "./interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "./interfaces/IKeeperRegistry.sol";
import {BasketBlob} from "./libraries/BasketBlob.sol";
import {BasketLib} from "./libraries/BasketLib.sol";
import {CloneArgs} from "./libraries/CloneArgs.sol";
import {DebtLib} from "./libraries/DebtLib.sol";
import {Errors} from "./libraries/Errors.sol";
import {FillLib} from "./libraries/FillLib.sol";
import {GovernLib} from "./libraries/GovernLib.sol";
import {InKindLib} from "./libraries/InKindLib.sol";
import {ProposalLib} from "./libraries/ProposalLib.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {TokenCalls} from "./libraries/TokenCalls.sol";
import {Units} from "./libraries/Units.sol";
import {VaultMath} from "./libraries/VaultMath.sol";
import {VaultStorage} from "./types/VaultStorage.sol";
import {Epoch, FeeParams, Lane, Strategy} from "./types/VaultTypes.sol";

/// @title IndexVault
/// @notice One index. Every share stands for the same units of every token in the basket.
///
/// proposeWeights() -> [veto delay] -> fill() ... fill() -> closeEpoch() or the window ends
/// proposeBasket() -> [longest veto delay] -> applyBasket()
///
/// @dev
/// CUSTODY
/// - Tokens leave in three ways only: `redeem`, `claim`, `fill`. Fees are shares, never tokens.
/// - No owner, no upgrade, no arbitrary call; the vault never grants an approval.
///
/// SHARES
/// - units[i] D27{tok/share at multiplier 1}, A D27{share wei}, m D27{1}: supply = A / m, liability in token i =
///   units[i] * A.
/// - mint pulls the ceiling, redeem pays the floor, a fill changes two entries; every rounding favours those who stay.
/// - INV-01: balance >= ceil(units * A) + debts for every basket token, after every call that touches it.
///
/// NAV
/// - Only rebalancing reads prices. Minting and redeeming are in kind and need none.
///
/// WEIGHTS
/// - 16-bit basis points that sum to 10,000; targets follow from weight, NAV of the tradable part and snapshot price.
///
/// REBALANCE
/// - Any holder of the decision signers' signatures proposes; anyone fills, refreshes, closes.
/// - Turnover and loss are leaky buckets per share. RISK waits for its veto delay; DERISK opens at once, only into the
///   fixed destinations, once a period.
/// - A price beyond its breaker freezes that token in the harmful direction until it is confirmed.
///
/// FEES
/// - Streaming fee by m(t), mint fee on top of the shares. Capped; raises are timelocked; nothing on the way out.
///
/// ROLES
/// - Decision signers (KeeperRegistry): propose. Guardian: cancel, pause mint, fill and proposals for three days.
/// - Curator: fees and strategy (timelocked), cancel. Nobody can stop `redeem` or `claim`.
///
/// TOKEN REQUIREMENTS
/// - Listed in the AssetRegistry. Fee-on-transfer tokens fail the solvency check; tokens that may shrink carry a flag.
///
/// LIVENESS
/// - `redeem` and `claim` call the token alone: no oracle, no registry, no other token. A failing leg becomes a claim.
///
/// KNOWN LIMITS
/// - docs/KNOWN-ISSUES.md.
contract IndexVault is IndexVaultViews, ERC20 {
    using BasketBlob for address;
    using BasketBlob for bytes;
    using ShareMath for VaultStorage;

    /* CONSTANTS */

    /// @notice Nonce of a redemption that refers to no index.
    uint32 public constant ANY_NONCE = type(uint32).max;
    address internal constant DEAD = address(0xdead);

    /* CONSTRUCTOR */

    constructor(
        address newFactory,
        IAssetRegistry newRegistry,
        IKeeperRegistry newKeepers
    ) IndexVaultViews(newFactory, newRegistry, newKeepers) {}

    /* CREATION */

    /// @inheritdoc IIndexVault
    function initialize(
        address basketPointer,
        uint256[] calldata amounts,
        uint256 shares,
        uint256 deadShares,
        address receiver,
        address curator_,
        FeeParams calldata fees_,
        Strategy calldata strategy_
    ) external nonReentrant {
        require(msg.sender == address(factory), Errors.IndexVault_Unauthorized(msg.sender));
        require(_s.basketPointer == address(0), Errors.IndexVault_InitializationInvalid());
        require(shares > deadShares && shares <= MAX_SUPPLY, Errors.IndexVault_SharesInvalid(shares));

        GovernLib.initialize(_s, basketPointer, amounts, shares, curator_, fees_, strategy_);
        _mint(DEAD, deadShares);
        _mint(receiver, shares - deadShares);

        emit Initialized(curator_, shares, deadShares);
    }

    /* IN AND OUT */

    /// @inheritdoc IIndexVault
    function mint(
        uint256 shares,
        address receiver,
        uint256[] calldata maxAmounts,
        uint16 maxFeeBps,
        uint32 nonce
    ) external nonReentrant returns (uint256[] memory amounts) {
        _requireNotPaused(PAUSE_MINT);
        require(receiver != address(0), Errors.IndexVault_ZeroAddress());
        require(nonce == _s.basketNonce, Errors.IndexVault_BasketNonceMismatch(nonce, _s.basketNonce));
        uint256 feeBps = _s.mintFeeBps;
        require(feeBps <= maxFeeBps, Errors.IndexVault_FeeTooHigh(feeBps, maxFeeBps));
        require(shares != 0 && shares <= MAX_SUPPLY, Errors.IndexVault_SharesInvalid(shares));

        // The fee is paid in kind and stays: the aggregate grows by more than the receiver's shares.
        uint256 feeShares = FixedPointMathLib.mulDivUp(shares, feeBps, 10_000);
        uint256 m = _s.multiplier();
        uint256 part = (shares + feeShares) * m; // D27{share wei}
        require((_s.aggregate + part) / m <= MAX_SUPPLY, Errors.IndexVault_SharesInvalid(shares));
        amounts = InKindLib.pullBasket(_s, part, maxAmounts);
        _s.aggregate += part;
        _mint(receiver, shares);

        emit Minted(msg.sender, receiver, shares, feeShares);
    }

    /// @inheritdoc IIndexVault
    function redeem(
        uint256 shares,
        address receiver,
        address owedTo,
        uint256[] calldata minOut,
        uint256 skipBitmap,
        uint32 nonce
    ) external nonReentrant returns (uint256[] memory amounts, uint256 deferredBitmap) {
        require(
            nonce == _s.basketNonce || (nonce == ANY_NONCE && minOut.length == 0 && skipBitmap == 0),
            Errors.IndexVault_BasketNonceMismatch(nonce, _s.basketNonce)
        );
        require(shares != 0, Errors.IndexVault_SharesInvalid(shares));
        require(receiver != address(0) && owedTo != address(0), Errors.IndexVault_ZeroAddress());

        // Burn first: what follows pays from books that no longer contain these shares.
        _burn(msg.sender, shares);
        uint256 part = shares * _s.multiplier(); // D27{share wei}
        InKindLib.Exit memory exit = InKindLib.Exit(part, _s.aggregate, receiver, owedTo, skipBitmap);
        _s.aggregate = exit.aggregateBefore - part;
        (amounts, deferredBitmap) = InKindLib.payBasket(_s, exit, minOut);

        emit Redeemed(msg.sender, receiver, owedTo, shares, deferredBitmap);
    }

    /// @inheritdoc IIndexVault
    function claim(address token, address receiver) external nonReentrant returns (uint256 amount) {
        require(receiver != address(0), Errors.IndexVault_ZeroAddress());
        bytes memory blob = _s.basketPointer.read();
        uint256 i = blob.indexOf(token);
        if (i < blob.count()) {
            (, uint8 decimals, ) = blob.entry(i);
            uint256 held = VaultMath.balance(token);
            DebtLib.absorbShortfall(_s, i, token, decimals, Units.load(_s, i), _s.aggregate, held);
        }
        amount = DebtLib.settle(_s, token, msg.sender);
        require(amount != 0, Errors.IndexVault_NothingOwed(token, msg.sender));
        require(TokenCalls.push(token, receiver, amount, gasleft()), Errors.IndexVault_TransferFailed(token));

        emit Claimed(token, msg.sender, receiver, amount);
    }

    /// @inheritdoc IIndexVault
    function sync(uint256 index) external nonReentrant {
        GovernLib.sync(_s, index);
    }

    /* FEES, STRATEGY, CURATOR */

    /// @inheritdoc IIndexVault
    function distributeFees() external nonReentrant returns (uint256) {
        return _distributeFees();
    }

    /// @inheritdoc IIndexVault
    function setFees(FeeParams calldata newFees) external nonReentrant {
        _requireCurator();
        GovernLib.setFees(_s, newFees);
    }

    /// @inheritdoc IIndexVault
    function applyFees(FeeParams calldata newFees) external nonReentrant {
        GovernLib.applyFees(_s, newFees);
    }

    /// @inheritdoc IIndexVault
    function setStrategy(Strategy calldata newStrategy) external nonReentrant {
        _requireCurator();
        GovernLib.setStrategy(_s, newStrategy);
    }

    /// @inheritdoc IIndexVault
    function applyStrategy(Strategy calldata newStrategy) external nonReentrant {
        _distributeFees(); // what has accrued is the old record's
        GovernLib.applyStrategy(_s, newStrategy);
    }

    /// @inheritdoc IIndexVault
    function offerCurator(address candidate) external nonReentrant {
        _requireCurator();
        _s.curatorCandidate = candidate;
        emit CuratorOffered(msg.sender, candidate);
        if (candidate == address(0)) _setCurator(address(0));
    }

    /// @inheritdoc IIndexVault
    function acceptCurator() external nonReentrant {
        require(msg.sender == _s.curatorCandidate, Errors.IndexVault_Unauthorized(msg.sender));
        delete _s.curatorCandidate;
        _setCurator(msg.sender);
    }

    /* REBALANCE */

    /// @inheritdoc IIndexVault
    function proposeWeights(
        uint32 epochId,
        uint256[] calldata weights,
        Lane lane,
        bytes32 decisionHash,
        uint40 validUntil,
        bytes[] calldata signatures
    ) external nonReentrant {
        _requireNotPaused(PAUSE_PROPOSE);
        ProposalLib.proposeWeights(_s, registry, keepers, epochId, weights, lane, decisionHash, validUntil, signatures);
    }

    /// @inheritdoc IIndexVault
    function proposeBasket(
        uint32 id,
        address[] calldata add,
        address[] calldata drop,
        bytes32 decisionHash,
        uint40 validUntil,
        bytes[] calldata signatures
    ) external nonReentrant {
        _requireNotPaused(PAUSE_PROPOSE);
        BasketLib.proposeBasket(_s, registry, keepers, id, add, drop, decisionHash, validUntil, signatures);
    }

    /// @inheritdoc IIndexVault
    function applyBasket(address[] calldata add, address[] calldata drop) external nonReentrant {
        _requireNotPaused(PAUSE_PROPOSE);
        BasketLib.applyBasket(_s, registry, keepers, add, drop);
    }

    /// @inheritdoc IIndexVault
    function refreshTargets() external nonReentrant {
        _requireNotPaused(PAUSE_PROPOSE);
        ProposalLib.refreshTargets(_s, registry, keepers);
    }

    /// @inheritdoc IIndexVault
    function checkPrice(uint256 index) external nonReentrant returns (uint8) {
        return ProposalLib.checkPrice(_s, registry, index);
    }

    /// @inheritdoc IIndexVault
    function fill(
        uint256 i,
        uint256 j,
        uint256 maxSell,
        uint256 minSell,
        uint256 maxPay,
        uint32 nonce,
        bytes calldata callbackData
    ) external nonReentrant returns (uint256 sold, uint256 paid) {
        _requireNotPaused(PAUSE_FILL);
        require(nonce == _s.basketNonce, Errors.IndexVault_BasketNonceMismatch(nonce, _s.basketNonce));
        FillLib.Order memory order = FillLib.Order(i, j, maxSell, minSell, maxPay);
        return FillLib.fill(_s, registry, keepers, order, callbackData);
    }

    /// @inheritdoc IIndexVault
    function closeEpoch() external nonReentrant {
        ProposalLib.closeEpoch(_s);
    }

    /// @inheritdoc IIndexVault
    function cancelEpoch() external nonReentrant {
        require(
            msg.sender == _s.curator || msg.sender == keepers.guardian(),
            Errors.IndexVault_Unauthorized(msg.sender)
        );
        Epoch storage e = _s.epoch;
        require(
            (block.timestamp < e.closesAt && !e.cancelled) || _s.pendingBasketHash != 0,
            Errors.IndexVault_EpochNotOpen()
        );
        e.cancelled = true;
        delete _s.pendingBasketHash;

        emit EpochCancelled(e.id, msg.sender);
    }

    /* PAUSE */

    /// @inheritdoc IIndexVault
    function pause(uint8 bits) external nonReentrant {
        _requireGuardian();
        GovernLib.pause(_s, bits);
    }

    /// @inheritdoc IIndexVault
    function unpause() external nonReentrant {
        _requireGuardian();
        _s.pausedBits = 0; // pausedUntil stays: lifting a pause early does not allow the next one earlier
        emit Unpaused(msg.sender);
    }

    /* SHARE TOKEN */

    /// @inheritdoc IIndexVault
    function pendingFeeShares() public view returns (uint256) {
        return totalSupply() - super.totalSupply();
    }

    /// @notice Supply including the fee shares that are accrued and not yet minted. {share wei}
    function totalSupply() public view override returns (uint256) {
        return _s.aggregate / _s.multiplier();
    }

    /// @notice Name of the share token, for ever.
    function name() public view override returns (string memory) {
        return CloneArgs.name();
    }

    /// @notice Symbol of the share token, for ever.
    function symbol() public view override returns (string memory) {
        return CloneArgs.symbol();
    }

    /* INTERNAL */

    function _distributeFees() private returns (uint256 feeShares) {
        feeShares = pendingFeeShares();
        (uint16 daoBps, address dao) = factory.protocolFee();
        Strategy memory adopted = _s.strategy;
        uint256 creatorShares = (feeShares * (10_000 - daoBps)) / 10_000;
        uint256 royaltyShares = (creatorShares * adopted.royaltyBps) / 10_000;
        creatorShares -= royaltyShares;
        if (_s.feeRecipient == address(0)) creatorShares = 0;
        uint256 daoShares = feeShares - creatorShares - royaltyShares; // with all rounding

        // The aggregate already contains the fees: only their owners change.
        if (royaltyShares != 0) _mint(adopted.recipient, royaltyShares);
        if (creatorShares != 0) _mint(_s.feeRecipient, creatorShares);
        if (daoShares != 0) _mint(dao, daoShares);

        emit FeesDistributed(daoShares, royaltyShares, creatorShares);
    }

    function _setCurator(address next) private {
        emit CuratorSet(_s.curator, next);
        _s.curator = next;
    }

    function _requireCurator() private view {
        require(msg.sender == _s.curator, Errors.IndexVault_Unauthorized(msg.sender));
    }

    function _requireGuardian() private view {
        require(msg.sender == keepers.guardian(), Errors.IndexVault_Unauthorized(msg.sender));
    }

    function _requireNotPaused(uint8 bit) private view {
        require(!_isPaused(bit), Errors.IndexVault_Paused(_s.pausedBits));
    }

    /// @dev An ordinary allowance for Permit2 too: nothing may move shares that their owner did not approve.
    function _givePermit2InfiniteAllowance() internal pure override returns (bool) {
        return false;
    }
}

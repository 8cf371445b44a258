// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {IIndexFactory} from "./interfaces/IIndexFactory.sol";
import {IIndexVault} from "./interfaces/IIndexVault.sol";
import {IKeeperRegistry} from "./interfaces/IKeeperRegistry.sol";
import {BasketBlob} from "./libraries/BasketBlob.sol";
import {CloneArgs} from "./libraries/CloneArgs.sol";
import {DebtLib} from "./libraries/DebtLib.sol";
import {Errors} from "./libraries/Errors.sol";
import {FillLib} from "./libraries/FillLib.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {ViewLib} from "./libraries/ViewLib.sol";
import {VaultStorage} from "./types/VaultStorage.sol";
import {
    Asset,
    Breaker,
    Buckets,
    Debt,
    Destination,
    Epoch,
    FeeParams,
    Limits,
    Strategy,
    Target
} from "./types/VaultTypes.sol";

/// @title IndexVaultViews
/// @notice What an IndexVault holds and what can be read from it. Everything that changes it is in IndexVault.
abstract contract IndexVaultViews is IIndexVault {
    using BasketBlob for address;
    using ShareMath for VaultStorage;

    uint256 internal constant MAX_SUPPLY = type(uint96).max; // {share wei}
    uint8 internal constant PAUSE_MINT = 1;
    uint8 internal constant PAUSE_FILL = 2;
    uint8 internal constant PAUSE_PROPOSE = 4;

    /* IMMUTABLES */

    IIndexFactory public immutable factory;
    IAssetRegistry public immutable registry;
    IKeeperRegistry public immutable keepers;

    /* STORAGE */

    VaultStorage internal _s;
    bool private transient _entered;

    /* CONSTRUCTOR */

    constructor(address newFactory, IAssetRegistry newRegistry, IKeeperRegistry newKeepers) {
        require(
            newFactory != address(0) && address(newRegistry) != address(0) && address(newKeepers) != address(0),
            Errors.IndexVault_ZeroAddress()
        );
        factory = IIndexFactory(newFactory);
        registry = newRegistry;
        keepers = newKeepers;
    }

    /* MODIFIERS */

    /// @dev One lock for everything that changes state, proposals and setters included.
    modifier nonReentrant() {
        require(!_entered, Errors.IndexVault_Reentered());
        _entered = true;
        _;
        _entered = false;
    }

    /// @dev Units and balances disagree for a moment during a call; nobody may price the vault then.
    modifier notEntered() {
        require(!_entered, Errors.IndexVault_Reentered());
        _;
    }

    /* VIEWS */

    /// @inheritdoc IIndexVault
    function previewMint(
        uint256 shares
    ) external view notEntered returns (uint256[] memory amounts, uint256 feeShares) {
        require(shares <= MAX_SUPPLY, Errors.IndexVault_SharesInvalid(shares));
        feeShares = FixedPointMathLib.mulDivUp(shares, _s.mintFeeBps, 10_000);
        amounts = ViewLib.amounts(_s, (shares + feeShares) * _s.multiplier(), true);
    }

    /// @inheritdoc IIndexVault
    function previewRedeem(uint256 shares) external view notEntered returns (uint256[] memory) {
        require(shares <= MAX_SUPPLY, Errors.IndexVault_SharesInvalid(shares));
        return ViewLib.amounts(_s, shares * _s.multiplier(), false);
    }

    /// @inheritdoc IIndexVault
    function basket() external view notEntered returns (Asset[] memory, uint256[] memory, uint256[] memory) {
        return ViewLib.basket(_s);
    }

    /// @inheritdoc IIndexVault
    function basketSize() external view returns (uint256) {
        return _s.basketPointer.size();
    }

    /// @inheritdoc IIndexVault
    function basketNonce() external view returns (uint32) {
        return _s.basketNonce;
    }

    /// @inheritdoc IIndexVault
    function multiplier() external view returns (uint256) {
        return _s.multiplier();
    }

    /// @inheritdoc IIndexVault
    function aggregate() external view returns (uint256) {
        return _s.aggregate;
    }

    /// @inheritdoc IIndexVault
    function targets() external view returns (Target[] memory) {
        return ViewLib.targets(_s);
    }

    /// @inheritdoc IIndexVault
    function targetUnits() external view notEntered returns (uint256[] memory) {
        return ViewLib.targetUnits(_s);
    }

    /// @inheritdoc IIndexVault
    function epoch() external view returns (Epoch memory) {
        return _s.epoch;
    }

    /// @inheritdoc IIndexVault
    function isOpen() external view returns (bool) {
        return
            FillLib.isOpen(_s.epoch) &&
            !_isPaused(PAUSE_FILL) &&
            keepers.signersVersion(address(this)) == _s.epoch.signersVersion;
    }

    /// @inheritdoc IIndexVault
    function priceFactor(uint256 i, uint256 j) external view returns (uint256) {
        return ViewLib.priceFactor(_s, registry, i, j);
    }

    /// @inheritdoc IIndexVault
    function buckets() external view returns (Buckets memory) {
        return ViewLib.buckets(_s);
    }

    /// @inheritdoc IIndexVault
    function breaker(address token) external view returns (Breaker memory) {
        return _s.breakers[token];
    }

    /// @inheritdoc IIndexVault
    function debt(address token) external view returns (Debt memory) {
        return _s.debts[token];
    }

    /// @inheritdoc IIndexVault
    function owed(address token, address account) external view returns (uint256) {
        return DebtLib.owed(_s, token, account);
    }

    /// @inheritdoc IIndexVault
    function limits() external view returns (Limits memory) {
        return CloneArgs.limits();
    }

    /// @inheritdoc IIndexVault
    function destinations() external view returns (Destination[] memory) {
        return CloneArgs.destinations();
    }

    /// @inheritdoc IIndexVault
    function fees() external view returns (FeeParams memory) {
        return FeeParams(_s.streamingRate, _s.mintFeeBps, _s.feeRecipient);
    }

    /// @inheritdoc IIndexVault
    function strategy() external view returns (Strategy memory) {
        return _s.strategy;
    }

    /// @inheritdoc IIndexVault
    function changeEta(bytes32 changeHash) external view returns (uint48) {
        return _s.changeEta[changeHash];
    }

    /// @inheritdoc IIndexVault
    function pendingBasket() external view returns (bytes32 hash, uint40 appliesAt, uint32 lastId) {
        return (_s.pendingBasketHash, _s.pendingBasketAt, _s.pendingBasketId);
    }

    /// @inheritdoc IIndexVault
    function paused() external view returns (uint8 bits, uint40 until) {
        until = _s.pausedUntil;
        bits = block.timestamp < until ? _s.pausedBits : 0;
    }

    /// @inheritdoc IIndexVault
    function curator() external view returns (address) {
        return _s.curator;
    }

    /* INTERNAL */

    function _isPaused(uint8 bit) internal view returns (bool) {
        return block.timestamp < _s.pausedUntil && _s.pausedBits & bit != 0;
    }
}

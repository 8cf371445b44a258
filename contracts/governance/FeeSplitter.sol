// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IBuyback} from "../interfaces/governance/IBuyback.sol";
import {IFeeSplitter} from "../interfaces/governance/IFeeSplitter.sol";
import {IRevenueDistributor} from "../interfaces/governance/IRevenueDistributor.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {RevenueParts, RevenueShares} from "../types/GovernanceTypes.sol";

/// @title FeeSplitter
/// @notice Where all revenue arrives: fee shares of vaults, penalties in GIM, sale fees, API payments; any ERC-20.
///
/// revenue arrives -> distribute(): stakers, buyback, treasury, keepers. Vaults: collect() does both.
///
/// @dev
/// SPLIT
/// - All that is here of a token is split at once, by anyone. Nothing is kept between calls, so there are no books.
/// - The buyback part is sold for GIM where the buyback has a route for the token. GIM itself is burned here. A token
///   without a route, as the shares of vaults, goes to stakers in kind: who holds it chooses what becomes of it.
/// - What rounding leaves goes to stakers.
/// - A token that the distributor does not take is not split. It waits here until a vote lists it, or releases all of
///   it to the treasury. So it is never stuck, and stakers do not lose their part because somebody was quicker.
///
/// ROYALTIES
/// - `collect` has a vault hand its fees out. The vault pays the strategy and the creator by the record that it had
///   adopted then, and this contract the protocol's part. A later strategy does not reach fees handed out before.
///
/// LIVENESS
/// - In `collect` each vault stands alone: one that fails, for whatever reason, is named in an event and left out.
///   Too little gas can make one fail; its fees stay in the vault, and the next call collects them.
/// - A receiver that a token blocks keeps that token from being split until the owner names another.
///
/// ROLES
/// - Owner (the timelock): shares, receivers, release of tokens that stakers do not receive.
///
/// TOKEN REQUIREMENTS
/// - ERC-20. Native ether must be wrapped first. Fees on transfers are borne by each receiver.
contract FeeSplitter is IFeeSplitter, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    uint256 private constant BPS = 10_000;

    /* STORAGE */

    /// @inheritdoc IFeeSplitter
    ERC20Burnable public immutable gim;
    /// @inheritdoc IFeeSplitter
    IRevenueDistributor public immutable distributor;
    /// @inheritdoc IFeeSplitter
    IIndexFactory public immutable factory;
    /// @inheritdoc IFeeSplitter
    IBuyback public buyback;
    /// @inheritdoc IFeeSplitter
    address public treasury;
    /// @inheritdoc IFeeSplitter
    address public keeperBudget;

    RevenueShares private _shares;

    /* CONSTRUCTOR */

    constructor(
        ERC20Burnable newGim,
        IRevenueDistributor newDistributor,
        address initialOwner,
        address newTreasury,
        address newKeeperBudget
    ) Ownable(initialOwner) {
        require(
            address(newGim) != address(0) && address(newDistributor) != address(0),
            GovernanceErrors.FeeSplitter_ZeroAddress()
        );

        gim = newGim;
        distributor = newDistributor;
        factory = newDistributor.factory();
        _setShares(RevenueShares(5_000, 5_000, 0, 0));
        _setTreasury(newTreasury);
        _setKeeperBudget(newKeeperBudget);
    }

    /* SPLITTING */

    /// @inheritdoc IFeeSplitter
    function distribute(address token) public nonReentrant returns (RevenueParts memory parts) {
        uint256 amount = IERC20(token).balanceOf(address(this));
        require(amount != 0, GovernanceErrors.FeeSplitter_NothingThere(token));
        require(distributor.isRewardToken(token), GovernanceErrors.FeeSplitter_TokenNotListed(token));
        parts = preview(token, amount);

        emit Distributed(token, parts);

        if (parts.burned != 0) gim.burn(parts.burned);
        _send(token, address(buyback), parts.buyback);
        _send(token, treasury, parts.treasury);
        _send(token, keeperBudget, parts.keepers);
        if (parts.stakers != 0) {
            IERC20(token).forceApprove(address(distributor), parts.stakers);
            distributor.notify(token, parts.stakers);
        }
    }

    /// @inheritdoc IFeeSplitter
    /// @dev Not guarded: it only calls what anybody could call.
    function collect(address[] calldata vaults) external {
        for (uint256 i; i < vaults.length; ++i) {
            // The vault's code and the token's are not ours to trust here; nothing of the answer is copied.
            try this.collectFrom(vaults[i]) {} catch {
                emit CollectionFailed(vaults[i]);
            }
        }
    }

    /// @inheritdoc IFeeSplitter
    function collectFrom(address vault) external {
        require(factory.isIndex(vault), GovernanceErrors.FeeSplitter_VaultUnknown(vault));
        IIndexVault(vault).distributeFees();
        if (IERC20(vault).balanceOf(address(this)) != 0) distribute(vault);
    }

    /* OWNER */

    /// @inheritdoc IFeeSplitter
    function setShares(RevenueShares calldata newShares) external onlyOwner {
        _setShares(newShares);
    }

    /// @inheritdoc IFeeSplitter
    function setBuyback(address newBuyback) external onlyOwner {
        emit BuybackSet(address(buyback), newBuyback);
        buyback = IBuyback(newBuyback);
    }

    /// @inheritdoc IFeeSplitter
    function setTreasury(address newTreasury) external onlyOwner {
        _setTreasury(newTreasury);
    }

    /// @inheritdoc IFeeSplitter
    function setKeeperBudget(address newKeeperBudget) external onlyOwner {
        _setKeeperBudget(newKeeperBudget);
    }

    /// @inheritdoc IFeeSplitter
    function release(address token) external onlyOwner nonReentrant returns (uint256 amount) {
        require(!distributor.isRewardToken(token), GovernanceErrors.FeeSplitter_TokenListed(token));
        amount = IERC20(token).balanceOf(address(this));
        require(amount != 0, GovernanceErrors.FeeSplitter_NothingThere(token));

        emit Released(token, treasury, amount);
        IERC20(token).safeTransfer(treasury, amount);
    }

    /* VIEWS */

    /// @inheritdoc IFeeSplitter
    function preview(address token, uint256 amount) public view returns (RevenueParts memory parts) {
        RevenueShares memory current = _shares;
        parts.treasury = (amount * current.treasury) / BPS;
        parts.keepers = (amount * current.keepers) / BPS;
        uint256 forBuyback = (amount * current.buyback) / BPS;
        if (token == address(gim)) parts.burned = forBuyback;
        else if (address(buyback) != address(0) && buyback.hasRoute(token)) parts.buyback = forBuyback;
        parts.stakers = amount - parts.buyback - parts.burned - parts.treasury - parts.keepers; // with all rounding
    }

    /// @inheritdoc IFeeSplitter
    function shares() external view returns (RevenueShares memory) {
        return _shares;
    }

    /* INTERNAL */

    function _send(address token, address to, uint256 amount) private {
        if (amount != 0) IERC20(token).safeTransfer(to, amount);
    }

    function _setShares(RevenueShares memory newShares) private {
        uint256 sum = uint256(newShares.stakers) + newShares.buyback + newShares.treasury + newShares.keepers;
        require(sum == BPS, GovernanceErrors.FeeSplitter_SharesInvalid(sum, BPS));

        emit SharesSet(_shares, newShares);
        _shares = newShares;
    }

    function _setTreasury(address newTreasury) private {
        require(newTreasury != address(0), GovernanceErrors.FeeSplitter_ZeroAddress());

        emit TreasurySet(treasury, newTreasury);
        treasury = newTreasury;
    }

    function _setKeeperBudget(address newKeeperBudget) private {
        require(newKeeperBudget != address(0), GovernanceErrors.FeeSplitter_ZeroAddress());

        emit KeeperBudgetSet(keeperBudget, newKeeperBudget);
        keeperBudget = newKeeperBudget;
    }
}

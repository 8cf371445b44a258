// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IIndexFactory} from "../IIndexFactory.sol";
import {RevenueParts, RevenueShares} from "../../types/GovernanceTypes.sol";
import {IBuyback} from "./IBuyback.sol";
import {IRevenueDistributor} from "./IRevenueDistributor.sol";

/// @title IFeeSplitter
/// @notice Receives the protocol's revenue in any ERC-20 and splits it between stakers, buyback, treasury and keepers.
interface IFeeSplitter {
    /// @notice Emitted when revenue is split. {raw tokens}
    event Distributed(address indexed token, RevenueParts parts);
    /// @notice Emitted when the fees of one vault could not be collected; the others were.
    event CollectionFailed(address indexed vault);
    /// @notice Emitted when the split changes.
    event SharesSet(RevenueShares previous, RevenueShares shares);
    /// @notice Emitted when the buyback changes; 0 = none.
    event BuybackSet(address indexed previous, address indexed buyback);
    /// @notice Emitted when the treasury changes.
    event TreasurySet(address indexed previous, address indexed treasury);
    /// @notice Emitted when the keepers' budget changes.
    event KeeperBudgetSet(address indexed previous, address indexed keeperBudget);
    /// @notice Emitted when a token that stakers do not receive goes to the treasury. {raw tokens}
    event Released(address indexed token, address indexed treasury, uint256 amount);

    /* SPLITTING */

    /// @notice Splits all that is here of a token.
    /// Emits {Distributed}.
    /// Notes: GIM's buyback part is burned. That of a token without a route goes to stakers in kind. Rounding too.
    /// Requirements: there is something to split; the token is a reward token.
    function distribute(address token) external returns (RevenueParts memory parts);

    /// @notice Lets vaults hand their fees out (to the strategy, the creator and here), and splits what came.
    /// Emits {Distributed} for each vault with fees, {CollectionFailed} for each that failed.
    /// Notes: one that fails does not stop the others.
    function collect(address[] calldata vaults) external;

    /// @notice {collect} for one vault, which fails with its reason.
    /// Emits {Distributed}.
    /// Requirements: the vault is of the factory.
    function collectFrom(address vault) external;

    /* OWNER */

    /// @notice Sets the split.
    /// Emits {SharesSet}.
    /// Requirements: caller is the owner; the shares sum to 10,000 bps.
    function setShares(RevenueShares calldata newShares) external;

    /// @notice Sets the buyback; 0 = none, its part goes to stakers.
    /// Emits {BuybackSet}.
    /// Requirements: caller is the owner.
    function setBuyback(address newBuyback) external;

    /// @notice Sets the treasury.
    /// Emits {TreasurySet}.
    /// Requirements: caller is the owner; not 0.
    function setTreasury(address newTreasury) external;

    /// @notice Sets who receives the keepers' part.
    /// Emits {KeeperBudgetSet}.
    /// Requirements: caller is the owner; not 0.
    function setKeeperBudget(address newKeeperBudget) external;

    /// @notice Sends all that is here of a token that stakers do not receive to the treasury.
    /// Emits {Released}.
    /// Requirements: caller is the owner; not a reward token; there is something to send.
    function release(address token) external returns (uint256 amount);

    /* VIEWS */

    /// @notice How {distribute} would split `amount` of a token. {raw tokens}
    function preview(address token, uint256 amount) external view returns (RevenueParts memory);

    /// @notice The split.
    function shares() external view returns (RevenueShares memory);

    /// @notice GIM.
    function gim() external view returns (ERC20Burnable);

    /// @notice Where the stakers' part goes.
    function distributor() external view returns (IRevenueDistributor);

    /// @notice The factory whose vaults {collect} accepts.
    function factory() external view returns (IIndexFactory);

    /// @notice Where the buyback part goes; 0 = none.
    function buyback() external view returns (IBuyback);

    /// @notice Where the treasury's part goes.
    function treasury() external view returns (address);

    /// @notice Where the keepers' part goes.
    function keeperBudget() external view returns (address);
}

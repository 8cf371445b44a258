// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CompoundMode, CompoundOrder, CompoundPolicy} from "../../types/GovernanceTypes.sol";
import {IAssetRegistry} from "../IAssetRegistry.sol";
import {IIndexLens} from "../IIndexLens.sol";
import {IZap} from "../IZap.sol";
import {IBuyback} from "./IBuyback.sol";
import {IRevenueDistributor} from "./IRevenueDistributor.sol";
import {IVotingEscrow} from "./IVotingEscrow.sol";

/// @title ICompounder
/// @notice Claims revenue for accounts that named it as their claimer, and does with it what they chose.
/// @dev Holds nothing between calls. Whoever calls can choose the moment and the pools, within the account's bounds.
interface ICompounder {
    /// @notice Emitted when an account chooses.
    event PolicySet(address indexed account, CompoundPolicy previous, CompoundPolicy policy);
    /// @notice Emitted for each token that was claimed: what became of `amount` less `fee` {raw tokens}.
    /// `received` is {raw tokens} of the token paid out, {GIM wei} locked, or {share wei} deposited, by `mode`.
    event Compounded(
        address indexed account,
        address indexed caller,
        address indexed token,
        CompoundMode mode,
        uint256 amount,
        uint256 fee,
        uint256 received
    );
    /// @notice Emitted when an account of a batch is left as it was; `reason` is the error.
    event CompoundFailed(address indexed account, bytes reason);

    /// @notice Chooses what becomes of the caller's revenue, and who may start it at what price.
    /// Emits {PolicySet}.
    /// Notes: nothing can be claimed before the caller names this contract in {IRevenueDistributor.setClaimer}.
    /// Requirements: the fee is at most `MAX_FEE_BPS`; to swap or deposit, a slippage from 1 to `MAX_SLIPPAGE_BPS`; to
    /// deposit, an index of the factory.
    function setPolicy(CompoundPolicy calldata policy) external;

    /// @notice Claims the tokens of an order and does what the account chose.
    /// Emits {Compounded} for each token with an amount.
    /// Notes: what cannot be done is paid out: GIM and swaps without a running lock, tokens without a route or a price
    /// feed. A swap or deposit below the account's bound reverts instead, and the claim stays.
    /// Requirements: this contract is the account's claimer; the caller is the account, or its policy lets anyone; the
    /// fee is at most the policy's.
    function compound(CompoundOrder calldata order) external;

    /// @notice As {compound} for many accounts. One that fails is skipped.
    /// Emits {Compounded} and {CompoundFailed}.
    /// Requirements: gas for all of them: one that runs out of it counts as failed.
    function compoundMany(CompoundOrder[] calldata orders) external;

    /// @notice One order of {compoundMany}, so that it can fail alone.
    /// Requirements: caller is this contract.
    function compoundFor(CompoundOrder calldata order, address caller) external;

    /// @notice Sells along a path, so that it lies in the calldata.
    /// Requirements: caller is this contract.
    function swap(bytes calldata path, uint256 amountIn) external;

    /// @notice What an account chose; pays out and serves the account alone before it did.
    function policyOf(address account) external view returns (CompoundPolicy memory);

    /// @notice Least shares of an index that `amount` of a token must become, at oracle prices. {share wei}
    /// Requirements: a price of the token and of the index.
    function minShares(
        address vault,
        address token,
        uint256 amount,
        uint256 maxSlippageBps
    ) external view returns (uint256);

    /// @notice Where revenue is claimed.
    function distributor() external view returns (IRevenueDistributor);

    /// @notice Where GIM is locked.
    function escrow() external view returns (IVotingEscrow);

    /// @notice Whose routes and mean prices swaps use.
    function buyback() external view returns (IBuyback);

    /// @notice How indices are bought.
    function zap() external view returns (IZap);

    /// @notice Who values indices.
    function lens() external view returns (IIndexLens);

    /// @notice Who values tokens.
    function registry() external view returns (IAssetRegistry);

    /// @notice GIM.
    function gim() external view returns (IERC20);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SaleStatus, SaleTerms} from "../../types/GovernanceTypes.sol";
import {IKeeperRegistry} from "../IKeeperRegistry.sol";
import {IScoreRegistry} from "./IScoreRegistry.sol";

/// @title ISaleRound
/// @notice One early-access sale: who locked GIM commits US dollars first, and gets the token over time.
/// @dev `payment` in raw payment tokens, `bought` and `released` in raw sale tokens.
interface ISaleRound {
    /// @notice Emitted once, when the issuer's tokens are in.
    event Funded(address indexed issuer, uint256 amount);
    /// @notice Emitted when somebody commits: what was added and what the account and all have committed now.
    event Committed(address indexed account, uint8 indexed tier, uint256 added, uint256 committed, uint256 total);
    /// @notice Emitted once at most, when the guardian cancels.
    event Cancelled(address indexed guardian, uint256 total);
    /// @notice Emitted once an account, when its payment is settled: accepted, or refunded. {raw payment tokens}
    event Settled(address indexed account, uint256 accepted, uint256 refund, uint256 bought);
    /// @notice Emitted once, when the issuer is paid and gets back what was not sold.
    event Closed(uint256 payment, uint256 fee, uint256 unsold);
    /// @notice Emitted when vested tokens go to their buyer; `total` counts all that went so far.
    event Released(address indexed account, uint256 amount, uint256 total);

    /* ISSUER */

    /// @notice Brings all tokens of the sale.
    /// Emits {Funded}.
    /// Requirements: caller is the issuer; once; before the start; not cancelled; the whole amount arrives.
    function fund() external;

    /* BUYERS */

    /// @notice Commits payment tokens. They come back as far as they are not accepted, after the end.
    /// Emits {Committed}.
    /// Requirements: funded; not cancelled; from the opening of the caller's tier to the end; within the cap of it; the
    /// whole amount arrives.
    function commit(uint256 amount) external;

    /// @notice Settles an account's payment: refunds what was not accepted.
    /// Emits {Settled}.
    /// Notes: anyone may call it; the refund goes to the account.
    /// Requirements: the sale has ended or was cancelled; something committed; once.
    function settle(address account) external returns (uint256 accepted, uint256 refund);

    /// @notice Sends an account the tokens that have vested since the last time.
    /// Emits {Released}.
    /// Notes: anyone may call it; settled or not.
    /// Requirements: the sale succeeded; something to release.
    function release(address account) external returns (uint256 amount);

    /* CLOSING */

    /// @notice Pays the issuer and the protocol's fee, and sends back what was not sold: all of it when the sale missed
    /// its soft cap or was cancelled.
    /// Emits {Closed}.
    /// Notes: anyone may call it.
    /// Requirements: the sale was funded; it has ended or was cancelled; once.
    function close() external returns (uint256 payment, uint256 fee, uint256 unsold);

    /// @notice Ends the sale: everybody is refunded, the tokens go back to the issuer.
    /// Emits {Cancelled}.
    /// Requirements: caller is the guardian; before the end; once.
    function cancel() external;

    /* VIEWS */

    /// @notice What was announced.
    function terms() external view returns (SaleTerms memory);

    /// @notice Where the sale stands.
    function status() external view returns (SaleStatus);

    /// @notice Sum of all commitments. {raw payment tokens}
    function totalCommitted() external view returns (uint256);

    /// @notice An account's commitment, whether it is settled, and how many sale tokens it has.
    function commitmentOf(address account) external view returns (uint256 committed, bool settled, uint256 released);

    /// @notice An account's tier, the most it may commit in all, and its first second.
    /// Requirements: the snapshot has passed.
    function accessOf(address account) external view returns (uint8 tier, uint256 cap, uint256 opensAt);

    /// @notice What is accepted of an account's commitment, what is refunded, and what it buys, as things stand.
    function resultOf(address account) external view returns (uint256 accepted, uint256 refund, uint256 bought);

    /// @notice Sale tokens that {release} would send now.
    function releasableOf(address account) external view returns (uint256);

    /// @notice Where tiers come from.
    function scores() external view returns (IScoreRegistry);

    /// @notice Who names the guardian.
    function keepers() external view returns (IKeeperRegistry);

    /// @notice Who gets the fee.
    function feeReceiver() external view returns (address);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ISaleRoundFactory} from "../interfaces/governance/ISaleRoundFactory.sol";
import {IScoreRegistry} from "../interfaces/governance/IScoreRegistry.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {SaleTerms} from "../types/GovernanceTypes.sol";
import {SaleRound} from "./SaleRound.sol";

/// @title SaleRoundFactory
/// @notice Announces sales and keeps the list of them.
///
/// createRound() -> a clone of SaleRound with its terms in its code
///
/// @dev
/// BOUNDS
/// - A sale lasts at least a day longer than the latest opening that a tier can have, so that every tier gets in.
/// - Notice, length and vesting are bounded, so that a slip of the pen locks nobody's money for ever.
///
/// ROLES
/// - Owner (the timelock): announces sales, names the receiver of later fees. It has no power over an announced sale.
contract SaleRoundFactory is ISaleRoundFactory, Ownable2Step {
    /* CONSTANTS */

    /// @notice {s} from the start to the end.
    uint256 public constant MIN_LENGTH = 2 days;
    /// @notice {s} from the start to the end.
    uint256 public constant MAX_LENGTH = 30 days;
    /// @notice {s} from the announcement to the start.
    uint256 public constant MAX_NOTICE = 180 days;
    /// @notice {s} from the snapshot to the start.
    uint256 public constant MAX_SNAPSHOT_AGE = 90 days;
    /// @notice {s} from the end until everything is out.
    uint256 public constant MAX_VESTING = 4 * 365 days;
    /// @notice {bps} of the payment.
    uint16 public constant MAX_FEE_BPS = 1_000;
    uint8 public constant MAX_DECIMALS = 18;

    /* STORAGE */

    /// @inheritdoc ISaleRoundFactory
    address public immutable implementation;
    /// @inheritdoc ISaleRoundFactory
    address public feeReceiver;
    /// @inheritdoc ISaleRoundFactory
    mapping(address account => bool) public isRound;
    address[] private _rounds;

    /* CONSTRUCTOR */

    constructor(
        address initialOwner,
        IScoreRegistry scores,
        IKeeperRegistry keepers,
        address newFeeReceiver
    ) Ownable(initialOwner) {
        _requireCode(address(scores));
        _requireCode(address(keepers));
        implementation = address(new SaleRound(scores, keepers));
        _setFeeReceiver(newFeeReceiver);
    }

    /* OWNER */

    /// @inheritdoc ISaleRoundFactory
    function createRound(SaleTerms calldata terms) external onlyOwner returns (address round) {
        _requireValidTimes(terms);
        _requireValidAmounts(terms);
        uint8 decimals = _decimalsOf(terms.paymentToken);

        round = Clones.cloneWithImmutableArgs(implementation, abi.encode(terms, feeReceiver, decimals));
        isRound[round] = true;
        _rounds.push(round);

        emit RoundCreated(round, terms.issuer, terms.saleToken, terms);
    }

    /// @inheritdoc ISaleRoundFactory
    function setFeeReceiver(address receiver) external onlyOwner {
        _setFeeReceiver(receiver);
    }

    /* VIEWS */

    /// @inheritdoc ISaleRoundFactory
    function roundCount() external view returns (uint256) {
        return _rounds.length;
    }

    /// @inheritdoc ISaleRoundFactory
    function rounds(uint256 start, uint256 count) external view returns (address[] memory list) {
        uint256 total = _rounds.length;
        uint256 end = start < total ? (count < total - start ? start + count : total) : start;
        list = new address[](end - start);
        for (uint256 i = start; i < end; ++i) list[i - start] = _rounds[i];
    }

    /* INTERNAL */

    function _setFeeReceiver(address receiver) private {
        require(receiver != address(0), GovernanceErrors.SaleRoundFactory_AddressInvalid(receiver));

        emit FeeReceiverSet(feeReceiver, receiver);
        feeReceiver = receiver;
    }

    function _requireValidTimes(SaleTerms calldata terms) private view {
        uint256 start = terms.start;
        uint256 latest = block.timestamp + MAX_NOTICE;
        require(
            start > block.timestamp && start <= latest,
            GovernanceErrors.SaleRoundFactory_StartInvalid(start, block.timestamp + 1, latest)
        );
        require(
            terms.snapshot < start && terms.snapshot + MAX_SNAPSHOT_AGE >= start,
            GovernanceErrors.SaleRoundFactory_SnapshotInvalid(terms.snapshot, start)
        );
        require(
            terms.end >= start + MIN_LENGTH && terms.end <= start + MAX_LENGTH,
            GovernanceErrors.SaleRoundFactory_EndInvalid(terms.end, start + MIN_LENGTH, start + MAX_LENGTH)
        );
        require(
            terms.cliff <= terms.vesting && terms.vesting <= MAX_VESTING,
            GovernanceErrors.SaleRoundFactory_VestingInvalid(terms.cliff, terms.vesting, MAX_VESTING)
        );
    }

    function _requireValidAmounts(SaleTerms calldata terms) private view {
        require(terms.issuer != address(0), GovernanceErrors.SaleRoundFactory_AddressInvalid(terms.issuer));
        _requireCode(terms.paymentToken);
        _requireCode(terms.saleToken);
        require(terms.paymentToken != terms.saleToken, GovernanceErrors.SaleRoundFactory_TokensEqual(terms.saleToken));
        require(
            terms.hardCap != 0 && terms.softCap <= terms.hardCap,
            GovernanceErrors.SaleRoundFactory_CapsInvalid(terms.softCap, terms.hardCap)
        );
        require(terms.saleAmount != 0, GovernanceErrors.SaleRoundFactory_SaleAmountZero());
        require(terms.feeBps <= MAX_FEE_BPS, GovernanceErrors.SaleRoundFactory_FeeTooHigh(terms.feeBps, MAX_FEE_BPS));
    }

    function _requireCode(address account) private view {
        require(account.code.length != 0, GovernanceErrors.SaleRoundFactory_AddressInvalid(account));
    }

    /// @dev A token that does not answer is no payment token.
    function _decimalsOf(address token) private view returns (uint8) {
        (bool answered, bytes memory answer) = token.staticcall(abi.encodeCall(IERC20Metadata.decimals, ()));
        require(answered && answer.length == 32, GovernanceErrors.SaleRoundFactory_AddressInvalid(token));
        uint256 decimals = abi.decode(answer, (uint256));
        require(decimals <= MAX_DECIMALS, GovernanceErrors.SaleRoundFactory_DecimalsTooMany(decimals, MAX_DECIMALS));
        return uint8(decimals); // at most 18
    }
}

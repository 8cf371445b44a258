// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorNoncesKeyed} from "@openzeppelin/contracts/governance/extensions/GovernorNoncesKeyed.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
// solhint-disable-next-line max-line-length
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IKeeperRegistry} from "../interfaces/IKeeperRegistry.sol";
import {IIndexGovernor} from "../interfaces/governance/IIndexGovernor.sol";
import {IScoreRegistry} from "../interfaces/governance/IScoreRegistry.sol";
import {IVotingEscrow} from "../interfaces/governance/IVotingEscrow.sol";
import {GovernanceErrors} from "../libraries/GovernanceErrors.sol";
import {GovernorConfig, ProposerMonth, Tier} from "../types/GovernanceTypes.sol";
import {IndexTimelock} from "./IndexTimelock.sol";

/// @title IndexGovernor
/// @notice The DAO: holders of veGIM propose, vote and change the protocol through the timelock.
///
/// propose -> (voting delay) -> castVote -> (voting period) -> queue -> (timelock) -> execute; cancel before that
///
/// @dev
/// BASE
/// - OpenZeppelin's Governor 5.7 with its stock extensions. Every override below narrows what it allows; none of its
///   ids, states, events and signatures is changed, so that wallets and indexers know it.
///
/// VOTES
/// - veGIM at the snapshot, which is `votingDelay` after the proposal. What is locked later has no weight.
/// - For, against or abstain, once an account and proposal, with everything it has.
///
/// OUTCOME
/// - Quorum: for + abstain >= 10% of the supply at the snapshot, not below a floor and not above a cap. Percentage,
///   floor and cap are read at the snapshot: no change of them revives or ends an older proposal.
/// - Margin: for > 1.10 * against.
/// - A vote that reaches its quorum late goes on for `lateQuorumVoteExtension` from then.
///
/// WHO PROPOSES
/// - Votes: `proposalThreshold`, one's own and delegated ones, a second before.
/// - Stake: tier 1 or above at the last week start, by one's own lock. The tier says how many proposals a month, so
///   nobody fills the ballot with borrowed votes, and a small holder whom others trust can speak for them.
/// - A month is 30 days since 1970, not of the calendar. A cancelled proposal counts: it had its readers.
/// - Nobody until `launchGate` of veGIM exists: whoever claims and locks on the first day must not own the DAO.
///   The gate stays open once it was passed, or a falling supply could close the DAO for good.
///
/// ROLES
/// - Guardian, whom the keeper registry names: cancels, at any time before execution. After its term the timelock has
///   this power, that is, another proposal. There is no other power here and no owner.
/// - Proposer: cancels its own proposal until the vote begins.
/// - The timelock, during the execution of a proposal: settings, within bounds that keep the DAO able to act.
///
/// KNOWN LIMITS
/// - A proposal that changes this contract must be executed through it, not at the timelock directly.
/// - A proposal that was never executed waits in the timelock until somebody does, or the guardian cancels it.
contract IndexGovernor is
    IIndexGovernor,
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl,
    GovernorNoncesKeyed
{
    using Checkpoints for Checkpoints.Trace208;

    /* CONSTANTS */

    /// @notice {s}
    uint256 public constant MIN_VOTING_DELAY = 1 days;
    /// @notice {s}
    uint256 public constant MAX_VOTING_DELAY = 14 days;
    /// @notice {s}
    uint256 public constant MIN_VOTING_PERIOD = 3 days;
    /// @notice {s}
    uint256 public constant MAX_VOTING_PERIOD = 30 days;
    /// @notice {veGIM wei} 1% of all GIM.
    uint256 public constant MIN_QUORUM_FLOOR = 10_000_000e18;
    /// @notice {veGIM wei} 10% of all GIM.
    uint256 public constant MAX_QUORUM_FLOOR = 100_000_000e18;
    /// @notice {%} of the supply.
    uint256 public constant MAX_QUORUM_PERCENT = 30;
    /// @notice {veGIM wei} 1% of all GIM.
    uint256 public constant MAX_THRESHOLD = 10_000_000e18;
    /// @notice {bps} for must be above this part of against.
    uint256 public constant PASS_BPS = 11_000;
    /// @notice {s} after which an account may propose anew.
    uint256 public constant MONTH = 30 days;
    uint256 private constant BPS = 10_000;
    /// @dev Floor and cap share the 208 bits of a checkpoint.
    uint256 private constant CAP_AT = 104;

    /* STORAGE */

    /// @inheritdoc IIndexGovernor
    IScoreRegistry public immutable scores;
    /// @inheritdoc IIndexGovernor
    IKeeperRegistry public immutable keepers;
    /// @inheritdoc IIndexGovernor
    uint256 public immutable launchGate; // {veGIM wei}
    /// @inheritdoc IIndexGovernor
    bool public launched;

    Checkpoints.Trace208 private _quorumBounds; // {veGIM wei} cap | floor
    mapping(address proposer => ProposerMonth month) private _months;

    /* CONSTRUCTOR */

    constructor(
        IVotingEscrow newEscrow,
        IndexTimelock newTimelock,
        IScoreRegistry newScores,
        IKeeperRegistry newKeepers,
        GovernorConfig memory config
    )
        Governor("Gimbal Governor")
        GovernorSettings(config.votingDelay, config.votingPeriod, config.proposalThreshold)
        GovernorVotes(newEscrow)
        GovernorVotesQuorumFraction(config.quorumPercent)
        GovernorPreventLateQuorum(config.lateQuorumExtension)
        GovernorTimelockControl(newTimelock)
    {
        _requireCode(address(newEscrow));
        _requireCode(address(newTimelock));
        _requireCode(address(newScores));
        _requireCode(address(newKeepers));

        scores = newScores;
        keepers = newKeepers;
        launchGate = config.launchGate;
        _setQuorumBounds(config.quorumFloor, config.quorumCap);
    }

    /* SETTINGS */

    /// @inheritdoc IIndexGovernor
    function setQuorumBounds(uint104 floor, uint104 cap) external onlyGovernance {
        _setQuorumBounds(floor, cap);
    }

    /* VIEWS */

    /// @inheritdoc IIndexGovernor
    function quorumBounds(uint256 timepoint) public view returns (uint256 floor, uint256 cap) {
        uint256 packed = _optimisticUpperLookupRecent(_quorumBounds, timepoint);
        return (uint104(packed), packed >> CAP_AT); // the cast keeps the floor
    }

    /// @inheritdoc IIndexGovernor
    function proposalQuota(address account) external view returns (uint256 used, uint256 allowed) {
        (, allowed) = _tierOf(account);
        used = _usedBy(account);
    }

    /// @inheritdoc IIndexGovernor
    function guardian() public view returns (address) {
        return keepers.guardian();
    }

    /// @notice Votes for + abstain that a proposal with this snapshot needs. {veGIM wei}
    function quorum(uint256 timepoint) public view override(Governor, GovernorVotesQuorumFraction) returns (uint256) {
        uint256 votes = super.quorum(timepoint);
        (uint256 floor, uint256 cap) = quorumBounds(timepoint);
        if (votes < floor) return floor;
        return votes > cap ? cap : votes;
    }

    /* OVERRIDES THAT NARROW */

    /// @dev The stock checks of {propose} were made before.
    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override returns (uint256) {
        if (!launched) _launch();
        _countProposal(proposer);
        return super._propose(targets, values, calldatas, description, proposer);
    }

    /// @dev for / against > 110 / 100. No sum of votes comes near 2^242.
    function _voteSucceeded(
        uint256 proposalId
    ) internal view override(Governor, GovernorCountingSimple) returns (bool) {
        (uint256 againstVotes, uint256 forVotes, ) = proposalVotes(proposalId);
        return forVotes * BPS > againstVotes * PASS_BPS;
    }

    /// @dev Most votes come before there are as many as any quorum needs: those do not pay for reading the quorum.
    function _quorumReached(
        uint256 proposalId
    ) internal view override(Governor, GovernorCountingSimple) returns (bool) {
        (, uint256 forVotes, uint256 abstainVotes) = proposalVotes(proposalId);
        return forVotes + abstainVotes >= MIN_QUORUM_FLOOR && super._quorumReached(proposalId);
    }

    /// @dev One more who may: the guardian. What can still be cancelled is for the stock contract to say.
    function _validateCancel(uint256 proposalId, address caller) internal view override returns (bool) {
        return caller == guardian() || super._validateCancel(proposalId, caller);
    }

    function _setVotingDelay(uint48 newVotingDelay) internal override {
        _requireBetween(newVotingDelay, MIN_VOTING_DELAY, MAX_VOTING_DELAY);
        super._setVotingDelay(newVotingDelay);
    }

    function _setVotingPeriod(uint32 newVotingPeriod) internal override {
        _requireBetween(newVotingPeriod, MIN_VOTING_PERIOD, MAX_VOTING_PERIOD);
        super._setVotingPeriod(newVotingPeriod);
    }

    function _setProposalThreshold(uint256 newThreshold) internal override {
        require(
            newThreshold <= MAX_THRESHOLD,
            GovernanceErrors.IndexGovernor_ThresholdTooHigh(newThreshold, MAX_THRESHOLD)
        );
        super._setProposalThreshold(newThreshold);
    }

    function _updateQuorumNumerator(uint256 newPercent) internal override {
        require(
            newPercent <= MAX_QUORUM_PERCENT,
            GovernanceErrors.IndexGovernor_QuorumTooHigh(newPercent, MAX_QUORUM_PERCENT)
        );
        super._updateQuorumNumerator(newPercent);
    }

    /* INTERNAL */

    function _setQuorumBounds(uint104 floor, uint104 cap) private {
        require(
            floor >= MIN_QUORUM_FLOOR && floor <= MAX_QUORUM_FLOOR && cap >= floor,
            GovernanceErrors.IndexGovernor_QuorumBoundsInvalid(floor, cap)
        );
        _quorumBounds.push(clock(), (uint208(cap) << uint208(CAP_AT)) | floor);

        emit QuorumBoundsSet(floor, cap);
    }

    function _launch() private {
        uint256 supply = token().getPastTotalSupply(clock() - 1);
        require(supply >= launchGate, GovernanceErrors.IndexGovernor_NotLaunched(supply, launchGate));
        launched = true;

        emit Launched(supply);
    }

    function _countProposal(address proposer) private {
        (uint256 tier, uint256 allowed) = _tierOf(proposer);
        require(tier != 0, GovernanceErrors.IndexGovernor_TierTooLow(proposer));
        uint256 used = _usedBy(proposer);
        require(used < allowed, GovernanceErrors.IndexGovernor_QuotaUsed(proposer, used, allowed));

        // Both fit 64 bits: a count is at most 255, and a month is less than a time.
        _months[proposer] = ProposerMonth(uint64(block.timestamp / MONTH), uint64(used + 1));
    }

    function _usedBy(address account) private view returns (uint256) {
        ProposerMonth memory last = _months[account];
        return last.month == block.timestamp / MONTH ? last.count : 0;
    }

    function _tierOf(address account) private view returns (uint256 tier, uint256 allowed) {
        Tier memory benefits;
        (tier, benefits) = scores.benefitsAt(account, scores.lastWeekStart());
        allowed = benefits.proposalsPerMonth;
    }

    function _requireBetween(uint256 duration, uint256 minimum, uint256 maximum) private pure {
        require(
            duration >= minimum && duration <= maximum,
            GovernanceErrors.IndexGovernor_DurationInvalid(duration, minimum, maximum)
        );
    }

    function _requireCode(address account) private view {
        require(account.code.length != 0, GovernanceErrors.IndexGovernor_NoCode(account));
    }

    /* OVERRIDES THAT SOLIDITY ASKS FOR */

    /// @notice Last second of the vote. {s}
    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    /// @notice Always true: there is a timelock.
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @notice Votes that proposing needs. {veGIM wei}
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @notice Where a proposal stands.
    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    function _validateVoteSig(
        uint256 proposalId,
        uint8 support,
        address voter,
        bytes memory signature
    ) internal override(Governor, GovernorNoncesKeyed) returns (bool) {
        return super._validateVoteSig(proposalId, support, voter, signature);
    }

    function _validateExtendedVoteSig(
        uint256 proposalId,
        uint8 support,
        address voter,
        string memory reason,
        bytes memory params,
        bytes memory signature
    ) internal override(Governor, GovernorNoncesKeyed) returns (bool) {
        return super._validateExtendedVoteSig(proposalId, support, voter, reason, params, signature);
    }

    function _useCheckedNonce(address owner, uint256 nonce) internal override(Nonces, GovernorNoncesKeyed) {
        super._useCheckedNonce(owner, nonce);
    }
}

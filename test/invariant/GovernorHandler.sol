// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {KeeperRegistry} from "../../contracts/KeeperRegistry.sol";
import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {IndexGovernor} from "../../contracts/governance/IndexGovernor.sol";
import {IndexTimelock} from "../../contracts/governance/IndexTimelock.sol";
import {ScoreRegistry} from "../../contracts/governance/ScoreRegistry.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {GovernorConfig, Lock, Tier} from "../../contracts/types/GovernanceTypes.sol";

/// @title GovernorHandler
/// @notice Twelve holders who lock, leave, delegate, propose and vote; beside it a count of votes that trusts nothing but
/// what everybody had in the second of the snapshot. A broken law is kept in words.
contract GovernorHandler is CommonBase, StdCheats {
    uint256 internal constant ACTORS = 12;
    uint256 internal constant WEEK = 7 days;
    uint256 internal constant DELAY = 2 days;
    uint256 internal constant RECENT = 6; // number of proposals that are looked at after every action
    uint256 internal constant FLOOR = 20_000_000e18; // {veGIM wei}

    /// @dev A proposal and what must be true of it.
    struct Book {
        uint256 id;
        address proposer;
        bytes payload;
        address target;
        string description;
        uint256 snapshot; // {s}
        uint256 supply; // {veGIM wei} at the snapshot
        uint256 floor; // {veGIM wei} in force at the snapshot
        uint256 againstVotes;
        uint256 forVotes;
        uint256 abstainVotes;
        uint256 queuedAt; // {s}
        uint256 newFloor; // {veGIM wei} that it sets; 0 = none
        bool isSealed;
        IGovernor.ProposalState last;
    }

    string public violation;
    mapping(bytes32 name => uint256 times) public done;

    GovernanceToken public token;
    VotingEscrow public escrow;
    IndexGovernor public governor;
    IndexTimelock public timelock;
    address public guardian = makeAddr("guardian");

    Book[] private _books;
    address[] private _actors;
    mapping(uint256 book => mapping(address actor => uint256 votes)) private _sealed; // {veGIM wei}
    mapping(uint256 book => mapping(address actor => bool)) private _hasVoted;
    uint256[] private _floorSince; // {s} ascending
    uint256[] private _floors; // {veGIM wei}
    uint256 private _entropy;

    constructor() {
        vm.warp(((block.timestamp + 100 * WEEK) / WEEK) * WEEK + 1 hours);
        token = new GovernanceToken(address(this));
        timelock = new IndexTimelock(DELAY, new address[](0), new address[](1), address(this));
        escrow = new VotingEscrow(token, address(timelock), address(timelock));
        ScoreRegistry scores = new ScoreRegistry(escrow, address(timelock), _tiers());
        KeeperRegistry keepers = new KeeperRegistry(address(timelock), guardian);
        GovernorConfig memory config = GovernorConfig(
            2 days,
            7 days,
            2 days,
            1_000_000e18,
            10,
            uint104(FLOOR),
            type(uint104).max,
            50_000_000e18
        );
        governor = new IndexGovernor(escrow, timelock, scores, keepers, config);
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
        _floorSince.push(block.timestamp);
        _floors.push(FLOOR);

        for (uint256 k; k < ACTORS; ++k) {
            address actor = makeAddr(string.concat("holder ", vm.toString(k)));
            _actors.push(actor);
            token.transfer(actor, 80_000_000e18);
            vm.prank(actor);
            token.approve(address(escrow), type(uint256).max);
        }
    }

    /// @dev Time first, then who had what at the snapshots that have passed, then the action, then the laws.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, _entropy)));
        if (escrow.totalLocked() == 0) _begin();
        _pass();
        _look();
        _;
        _look();
    }

    /* HOLDERS */

    /// @dev A first lock, more of it, a later end, permanence or its end.
    function lock(uint256 seed) external action(seed) {
        address actor = _actor();
        if (_rand(3) == 0) {
            (bool turned, ) = _try(actor, address(escrow), abi.encodeCall(escrow.setPermanent, (_rand(2) == 0)));
            if (turned) _did("turn");
            return;
        }
        uint256 amount = _rand(30_000_000e18);
        uint256 end = _rand(2) == 0 ? 0 : block.timestamp + _rand(52 * WEEK);
        (bool worked, ) = _try(actor, address(escrow), abi.encodeCall(escrow.lock, (amount, end)));
        if (worked) _did("lock");
    }

    function exit(uint256 seed) external action(seed) {
        if (_rand(3) != 0) return;
        address actor = _actor();
        (bool worked, ) = _try(actor, address(escrow), abi.encodeCall(escrow.withdraw, ()));
        if (!worked) (worked, ) = _try(actor, address(escrow), abi.encodeCall(escrow.earlyExit, (type(uint256).max)));
        if (worked) _did("exit");
    }

    function delegate(uint256 seed) external action(seed) {
        _try(_actor(), address(escrow), abi.encodeCall(escrow.delegate, (_actor())));
        _did("delegate");
    }

    /* PROPOSALS */

    function propose(uint256 seed) external action(seed) {
        address actor = _actor();
        Book memory book;
        book.proposer = actor;
        book.description = string.concat("proposal ", vm.toString(_books.length));
        if (_rand(3) == 0) {
            book.newFloor = 10_000_000e18 + _rand(90_000_000e18);
            book.target = address(governor);
            book.payload = abi.encodeCall(governor.setQuorumBounds, (uint104(book.newFloor), type(uint104).max));
        } else {
            book.target = address(escrow);
            book.payload = abi.encodeCall(escrow.setPenaltyReceiver, (address(uint160(1000 + _books.length))));
        }
        uint256 votes = governor.getVotes(actor, block.timestamp - 1);
        (uint256 used, uint256 allowed) = governor.proposalQuota(actor);
        bool may = votes >= governor.proposalThreshold() && used < allowed;
        bool hasLaunched = governor.launched() || escrow.totalSupplyAt(block.timestamp - 1) >= governor.launchGate();
        (address[] memory targets, uint256[] memory values, bytes[] memory payloads) = _calls(book);
        bytes memory data = abi.encodeCall(governor.propose, (targets, values, payloads, book.description));
        (bool worked, bytes memory result) = _try(actor, address(governor), data);
        _check(worked == (may && hasLaunched), "I-18: who has votes, tier and quota proposes, and nobody else");
        if (!worked) return;
        book.id = abi.decode(result, (uint256));
        book.snapshot = block.timestamp + 2 days;
        _books.push(book);
        _did("propose");
    }

    /// @dev Some of the holders, the same one twice now and then.
    function castVotes(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        uint256 k = _book();
        uint256 count = 2 + _rand(8);
        for (uint256 n; n < count; ++n) _castVote(k, _actor(), uint8(_rand(10) < 6 ? 1 : _rand(3)));
    }

    function queue(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        Book storage book = _books[_book()];
        bool expected = _expected(book) == IGovernor.ProposalState.Succeeded;
        (bool worked, ) = _try(_actor(), address(governor), _call(governor.queue.selector, book));
        _check(worked == expected, "I-18: what has passed is queued, and nothing else");
        if (!worked) return;
        book.queuedAt = block.timestamp;
        _did("queue");
    }

    function execute(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        Book storage book = _books[_book()];
        bool expected = _expected(book) == IGovernor.ProposalState.Queued && block.timestamp >= book.queuedAt + DELAY;
        (bool worked, ) = _try(_actor(), address(governor), _call(governor.execute.selector, book));
        _check(worked == expected, "I-18: what was queued two days ago is executed, once, and nothing else");
        if (!worked) return;
        book.last = IGovernor.ProposalState.Executed;
        if (book.newFloor != 0) {
            _floorSince.push(block.timestamp);
            _floors.push(book.newFloor);
            _did("changeFloor");
        }
        _did("execute");
    }

    function cancel(uint256 seed) external action(seed) {
        if (_books.length == 0 || _rand(2) != 0) return;
        Book storage book = _books[_book()];
        IGovernor.ProposalState before = _expected(book);
        address caller =
            _rand(3) == 0
                ? guardian
                : _rand(2) == 0
                    ? book.proposer
                    : _actor();
        bool ended = before == IGovernor.ProposalState.Canceled || before == IGovernor.ProposalState.Executed;
        bool expected =
            (caller == governor.guardian() && !ended) ||
                (caller == book.proposer && before == IGovernor.ProposalState.Pending);
        (bool worked, ) = _try(caller, address(governor), _call(governor.cancel.selector, book));
        _check(worked == expected, "I-18: the guardian cancels until execution, the proposer until the vote");
        if (!worked) return;
        book.last = IGovernor.ProposalState.Canceled;
        _did("cancel");
    }

    function wait(uint256 seed) external action(seed) {
        vm.warp(block.timestamp + 1 + _rand(4 days));
        _did("wait");
    }

    /* LAWS */

    function times(string memory name) external view returns (uint256) {
        return done[keccak256(bytes(name))];
    }

    /// @dev Who had what in the second of a snapshot, before anybody acts after it; then states: of the last proposals,
    /// and of an older one.
    function _look() private {
        uint256 count = _books.length;
        uint256 old = count > RECENT ? _rand(count - RECENT) : count;
        for (uint256 k = count > RECENT ? count - RECENT : 0; k < count; ++k) _lookAt(k);
        if (old < count) _lookAt(old);
    }

    function _lookAt(uint256 k) private {
        Book storage book = _books[k];
        if (!book.isSealed && block.timestamp > book.snapshot) _seal(k, book);
        IGovernor.ProposalState current = governor.state(book.id);
        _check(_isLegal(book.last, current), "I-18: a proposal goes forward only");
        _check(current == _expected(book), "I-18: the state is that of the votes at the snapshot");
        book.last = current;
    }

    function _seal(uint256 k, Book storage book) private {
        book.isSealed = true;
        book.supply = escrow.totalSupplyAt(book.snapshot);
        for (uint256 n = _floors.length; n > 0; --n) {
            if (_floorSince[n - 1] > book.snapshot) continue;
            book.floor = _floors[n - 1];
            break;
        }
        uint256 sum;
        for (uint256 a; a < ACTORS; ++a) {
            _sealed[k][_actors[a]] = escrow.getPastVotes(_actors[a], book.snapshot);
            sum += _sealed[k][_actors[a]];
        }
        _check(sum == book.supply, "I-18: all votes there are at a snapshot are the supply");
        uint256 quorum = governor.quorum(book.snapshot);
        _check(quorum >= book.floor && quorum >= book.supply / 10, "I-18: the quorum is not below floor and tenth");
    }

    function _castVote(uint256 k, address actor, uint8 support) private {
        Book storage book = _books[k];
        bool expected = _expected(book) == IGovernor.ProposalState.Active && !_hasVoted[k][actor];
        bytes memory data = abi.encodeCall(governor.castVote, (book.id, support));
        (bool worked, bytes memory result) = _try(actor, address(governor), data);
        _check(worked == expected, "I-18: a holder votes once, while the vote is open");
        if (!worked) return;
        uint256 weight = abi.decode(result, (uint256));
        _check(weight == _sealed[k][actor], "I-18: what came after the snapshot has no weight");
        _hasVoted[k][actor] = true;
        if (support == 0) book.againstVotes += weight;
        if (support == 1) book.forVotes += weight;
        if (support == 2) book.abstainVotes += weight;
        _check(
            book.againstVotes + book.forVotes + book.abstainVotes <= book.supply,
            "I-18: there are no more votes than supply"
        );
        _did("vote");
    }

    /// @dev From the count beside it. Only the end of the vote is the governor's word, because of late quorums.
    function _expected(Book storage book) private view returns (IGovernor.ProposalState) {
        if (book.last == IGovernor.ProposalState.Executed) return IGovernor.ProposalState.Executed;
        if (book.last == IGovernor.ProposalState.Canceled) return IGovernor.ProposalState.Canceled;
        if (block.timestamp <= book.snapshot) return IGovernor.ProposalState.Pending;
        if (block.timestamp <= governor.proposalDeadline(book.id)) return IGovernor.ProposalState.Active;
        uint256 present = book.forVotes + book.abstainVotes;
        bool passed =
            present >= book.floor && present * 10 + 9 >= book.supply && book.forVotes * 10 > book.againstVotes * 11;
        if (!passed) return IGovernor.ProposalState.Defeated;
        return book.queuedAt == 0 ? IGovernor.ProposalState.Succeeded : IGovernor.ProposalState.Queued;
    }

    function _isLegal(IGovernor.ProposalState from, IGovernor.ProposalState to) private pure returns (bool) {
        if (from == to) return true;
        if (from == IGovernor.ProposalState.Executed || from == IGovernor.ProposalState.Canceled) return false;
        if (to == IGovernor.ProposalState.Canceled) return true;
        if (from == IGovernor.ProposalState.Pending) {
            return to == IGovernor.ProposalState.Active || to == IGovernor.ProposalState.Defeated;
        }
        if (from == IGovernor.ProposalState.Active) {
            return to == IGovernor.ProposalState.Succeeded || to == IGovernor.ProposalState.Defeated;
        }
        if (from == IGovernor.ProposalState.Succeeded) return to == IGovernor.ProposalState.Queued;
        return from == IGovernor.ProposalState.Queued && to == IGovernor.ProposalState.Executed;
    }

    /* STEPS */

    /// @dev Three in four holders lock; a week later they have tiers.
    function _begin() private {
        for (uint256 k; k < ACTORS; ++k) {
            if (_rand(4) == 0) continue;
            uint256 amount = 5_000_000e18 + _rand(40_000_000e18);
            bytes memory data = abi.encodeCall(escrow.lock, (amount, block.timestamp + (4 + _rand(47)) * WEEK));
            _try(_actors[k], address(escrow), data);
            if (_rand(2) == 0) _try(_actors[k], address(escrow), abi.encodeCall(escrow.setPermanent, (true)));
        }
        vm.warp(block.timestamp + 8 days);
    }

    /// @dev Often to where something is about to change: the second of a snapshot, of a deadline, of an execution, or
    /// the one after it.
    function _pass() private {
        uint256 kind = _rand(8);
        if (kind < 4) return;
        uint256 to = block.timestamp + 1 + _rand(12 hours);
        if (kind > 4 && _books.length != 0) {
            Book storage book = _books[_book()];
            uint256 turn =
                block.timestamp <= book.snapshot
                    ? book.snapshot
                    : book.queuedAt != 0
                        ? book.queuedAt + DELAY - 1
                        : governor.proposalDeadline(book.id);
            turn += _rand(3) == 0 ? 0 : 1;
            // Mostly the vote goes on before it ends.
            if (turn > block.timestamp && (block.timestamp <= book.snapshot || _rand(3) == 0 || book.queuedAt != 0)) {
                to = turn;
            }
        }
        vm.warp(to);
    }

    function _calls(
        Book memory book
    ) private pure returns (address[] memory targets, uint256[] memory values, bytes[] memory payloads) {
        targets = new address[](1);
        values = new uint256[](1);
        payloads = new bytes[](1);
        (targets[0], payloads[0]) = (book.target, book.payload);
    }

    function _call(bytes4 selector, Book memory book) private pure returns (bytes memory) {
        (address[] memory targets, uint256[] memory values, bytes[] memory payloads) = _calls(book);
        return abi.encodeWithSelector(selector, targets, values, payloads, keccak256(bytes(book.description)));
    }

    /// @dev The last three mostly: older ones are over.
    function _book() private returns (uint256) {
        uint256 count = _books.length;
        return count < 3 ? _rand(count) : count - 1 - _rand(_rand(8) == 0 ? (count < RECENT ? count : RECENT) : 3);
    }

    function _actor() private returns (address) {
        return _actors[_rand(ACTORS)];
    }

    function _rand(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }

    function _try(address from, address to, bytes memory data) private returns (bool worked, bytes memory result) {
        vm.prank(from);
        (worked, result) = to.call(data);
    }

    function _check(bool holds, string memory law) private {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) private {
        ++done[keccak256(bytes(name))];
    }

    function _tiers() private pure returns (Tier[10] memory tiers) {
        for (uint256 k; k < 10; ++k) {
            tiers[k] = Tier(uint96((k + 1) * 1_000_000e18), 0, 0, uint8(2 + k / 2), 0, 0, 10_000);
        }
    }
}

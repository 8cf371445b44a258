// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {MerkleAirdrop} from "../../contracts/governance/MerkleAirdrop.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {AirdropVesting, Lock} from "../../contracts/types/GovernanceTypes.sol";

/// @title AirdropHandler
/// @notice Twelve accounts and up to six waves: honest lists, lists that give away more than was funded and lists
/// with something to spare; claims of every kind at any second, exact starts and deadlines among them.
/// @dev An action never reverts: a broken law is kept in `violation`. Whether a call must work is known from the books
/// before it is made.
contract AirdropHandler is Test {
    uint256 internal constant ACCOUNTS = 12;
    uint256 internal constant LINES = 8; // of a list
    uint256 internal constant WAVES = 6; // at most

    /// @dev A wave as the books know it.
    struct Book {
        address[LINES] accounts;
        uint256[LINES] amounts; // {GIM wei}
        bool[LINES] claimed;
        uint256 funded; // {GIM wei}
        uint256 paid; // {GIM wei} of claims, vesting or locked parts included
        uint256 swept; // {GIM wei}
        uint256 start; // {s}
        uint256 deadline; // {s}
        uint256 vestEnd; // {s}
    }

    GovernanceToken public token;
    VotingEscrow public escrow;
    MerkleAirdrop public airdrop;
    address public treasury = makeAddr("treasury");

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    mapping(bytes32 name => uint256 times) private _done;

    address[] private _accounts;
    Book[] private _books;
    mapping(uint256 wave => mapping(address account => uint256)) private _vesting; // {GIM wei}
    mapping(uint256 wave => mapping(address account => uint256)) private _released; // {GIM wei}
    mapping(address account => uint256) private _held; // {GIM wei} what it must have
    uint256 private _vestingLeft; // {GIM wei} all vestings not released
    uint256 private _bonusIn; // {GIM wei}
    uint256 private _bonusPaid; // {GIM wei}
    uint256 private _bonusSwept; // {GIM wei}
    uint256 private _entropy; // number of draws

    constructor() {
        vm.warp(1_800_000_000);
        token = new GovernanceToken(address(this));
        escrow = new VotingEscrow(token, address(this), treasury);
        airdrop = new MerkleAirdrop(escrow, address(this), treasury);
        escrow.setDepositor(address(airdrop), true);
        token.approve(address(airdrop), type(uint256).max);
        for (uint256 k; k < ACCOUNTS; ++k) _accounts.push(makeAddr(string(abi.encodePacked("account", k))));
    }

    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, block.timestamp, _books.length)));
        _pass();
        _;
        _checkBooks();
    }

    /* OWNER */

    function createWave(uint256 seed) external action(seed) {
        if (_books.length == WAVES) return;
        Book storage book = _books.push();
        uint256 sum;
        for (uint256 k; k < LINES; ++k) {
            book.accounts[k] = _accounts[_rand(ACCOUNTS)]; // some twice
            book.amounts[k] = _rand(3) == 0 ? 1 + _rand(10) : 1e18 + _rand(1e24);
            sum += book.amounts[k];
        }
        uint256 kind = _rand(4);
        book.funded =
            kind == 0
                ? 1 + _rand(sum)
                : kind == 1
                    ? sum + _rand(1e24)
                    : sum;
        book.start = block.timestamp + _rand(10 days);
        book.deadline = book.start + 180 days + _rand(100 days);
        book.vestEnd = book.start + 1 + _rand(730 days);
        uint256 wave = airdrop.createWave(
            _node(_books.length - 1, 3, 0),
            uint96(book.funded),
            uint40(book.start),
            uint40(book.deadline),
            uint40(book.vestEnd)
        );
        _check(wave == _books.length - 1, "waves are numbered from 0");
        _did("createWave");
    }

    function sweepBonus(uint256 seed) external action(seed) {
        uint256 last;
        for (uint256 w; w < _books.length; ++w) if (_books[w].deadline > last) last = _books[w].deadline;
        uint256 pool = _bonusIn - _bonusPaid - _bonusSwept;
        bool must = block.timestamp >= last && pool != 0;
        bool worked = _try(address(this), abi.encodeCall(MerkleAirdrop.sweepBonus, ()));
        _check(worked == must, "the rest of the pool leaves when every wave is over, not before");
        if (!worked) return;
        _bonusSwept += pool;
        _held[treasury] += pool;
        _did("sweepBonus");
    }

    /* CLAIMS */

    function claim(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        (uint256 w, uint256 i) = _line();
        Book storage book = _books[w];
        address account = book.accounts[i];
        address caller = _rand(4) == 0 ? _accounts[_rand(ACCOUNTS)] : account;
        uint256 amount = book.amounts[i];
        bool worked = _try(caller, abi.encodeCall(MerkleAirdrop.claim, (i, amount, _proof(w, i))));
        _check(worked == (caller == account && _isOpen(w, i)), "an account takes its own line, once, in time");
        if (worked) _paidLiquid(w, i, "claim");
    }

    function claimFor(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        (uint256 w, uint256 i) = _line();
        Book storage book = _books[w];
        address account = book.accounts[i];
        address caller = _accounts[_rand(ACCOUNTS)];
        bytes memory call_ = abi.encodeCall(MerkleAirdrop.claimFor, (i, account, book.amounts[i], _proof(w, i)));
        bool worked = _try(caller, call_);
        bool may = caller == account || block.timestamp >= book.deadline - 30 days;
        _check(worked == (may && _isOpen(w, i)), "others claim for an account in the last call only");
        if (worked) _paidLiquid(w, i, "claimFor");
    }

    function claimAndLock(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        (uint256 w, uint256 i) = _line();
        uint256 amount = _books[w].amounts[i];
        uint256 lockWeeks = 11 + _rand(43);
        uint256 bonus = Math.min((amount * 25 * lockWeeks) / 5_200, _bonusIn - _bonusPaid - _bonusSwept);
        uint256 minBonus = _rand(3) == 0 ? bonus + _rand(2) : 0;
        Lock memory before = escrow.locked(_books[w].accounts[i]);
        bool must = lockWeeks >= 12 && lockWeeks <= 52 && minBonus <= bonus;
        must = must && _isOpen(w, i) && _canLock(before, amount + bonus);
        bytes32[] memory proof = _proof(w, i);
        bytes memory call_ = abi.encodeCall(MerkleAirdrop.claimAndLock, (i, amount, proof, lockWeeks, minBonus));
        _check(
            _try(_books[w].accounts[i], call_) == must,
            "a claim is locked with the bonus of the pool, or not at all"
        );
        if (!must) return;
        _books[w].claimed[i] = true;
        _books[w].paid += amount;
        _bonusPaid += bonus;
        _checkLock(before, escrow.locked(_books[w].accounts[i]), amount + bonus, lockWeeks);
        _did(bonus == 0 ? "lockWithoutBonus" : "lockWithBonus");
    }

    /// @dev Wrong in one way: the amount, the index, the account, or the proof of another line.
    function claimWrong(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        (uint256 w, uint256 i) = _line();
        Book storage book = _books[w];
        uint256 kind = _rand(4);
        uint256 index = kind == 0 ? i + LINES * (1 + _rand(1_000)) : i;
        uint256 amount = kind == 1 ? book.amounts[i] + 1 + _rand(1e24) : book.amounts[i];
        bytes32[] memory proof = _proof(w, i);
        if (kind == 2) proof = _proof(w, i ^ 1);
        if (kind == 3)
            assembly {
                mstore(proof, 2)
            } // one level short: an inner node is no leaf
        bool worked = _try(book.accounts[i], abi.encodeCall(MerkleAirdrop.claim, (index, amount, proof)));
        _check(!worked, "what the list does not say is not paid");
        _did("claimWrong");
    }

    function release(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        (uint256 w, uint256 i) = (_rand(_books.length), _rand(LINES));
        Book storage book = _books[w];
        for (uint256 k; k < LINES && _vesting[w][book.accounts[i]] == 0; ++k) i = (i + 1) % LINES;
        address account = _rand(8) == 0 ? _accounts[_rand(ACCOUNTS)] : book.accounts[i];
        uint256 vested = _vestedOf(w, account);
        uint256 due = vested - _released[w][account];
        bool worked = _try(_accounts[_rand(ACCOUNTS)], abi.encodeCall(MerkleAirdrop.release, (w, account)));
        _check(worked == (due != 0), "what has vested can be released, by anyone, and nothing else");
        if (!worked) return;
        _released[w][account] = vested;
        _vestingLeft -= due;
        _held[account] += due;
        _did("release");
    }

    /* FUNDS */

    function fundBonus(uint256 seed) external action(seed) {
        uint256 amount = 1 + _rand(_rand(2) == 0 ? 1e22 : 3e23);
        airdrop.fundBonus(amount);
        _bonusIn += amount;
        _did("fundBonus");
    }

    function sweep(uint256 seed) external action(seed) {
        if (_books.length == 0) return;
        uint256 w = _rand(_books.length);
        Book storage book = _books[w];
        uint256 left = book.funded - book.paid - book.swept;
        bool worked = _try(_accounts[_rand(ACCOUNTS)], abi.encodeCall(MerkleAirdrop.sweep, (w)));
        _check(worked == (block.timestamp >= book.deadline && left != 0), "what is left is swept after the deadline");
        if (!worked) return;
        book.swept += left;
        _held[treasury] += left;
        _did("sweep");
    }

    /// @dev Makes room for another lock; a lock that still runs stays.
    function withdraw(uint256 seed) external action(seed) {
        address account = _accounts[_rand(ACCOUNTS)];
        uint256 amount = escrow.locked(account).amount;
        bool worked = _try(account, abi.encodeCall(VotingEscrow.withdraw, ()));
        if (!worked) return;
        _held[account] += amount;
        _did("withdraw");
    }

    /// @notice At the end: all waves are swept, everything vests, and nothing is left over.
    function settle() external {
        skip(5 * 365 days);
        for (uint256 w; w < _books.length; ++w) {
            if (_books[w].funded != _books[w].paid + _books[w].swept) airdrop.sweep(w);
            for (uint256 k; k < ACCOUNTS; ++k) {
                if (airdrop.releasable(w, _accounts[k]) != 0) airdrop.release(w, _accounts[k]);
                (uint256 total, uint256 released) = _vestingOf(w, _accounts[k]);
                _check(released == total, "I-16: at the end all that vests is released");
            }
        }
        for (uint256 k; k < ACCOUNTS; ++k) {
            uint256 sum = _held[_accounts[k]];
            for (uint256 w; w < _books.length; ++w) sum += _vesting[w][_accounts[k]] - _released[w][_accounts[k]];
            _check(token.balanceOf(_accounts[k]) == sum, "accounts got what the books say");
        }
        if (airdrop.bonusPool() != 0) airdrop.sweepBonus();
        _check(token.balanceOf(address(airdrop)) == 0, "I-16: nothing stays behind");
    }

    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    /* LAWS */

    function _checkBooks() private {
        uint256 owed = _vestingLeft + airdrop.bonusPool();
        for (uint256 w; w < _books.length; ++w) {
            Book storage book = _books[w];
            _check(book.paid + book.swept <= book.funded, "I-16: a wave pays no more than was funded");
            owed += book.funded - book.paid - book.swept;
        }
        if (_books.length != 0) _checkLine();
        _check(_bonusIn == _bonusPaid + _bonusSwept + airdrop.bonusPool(), "I-16: bonuses come out of the pool");
        _check(token.balanceOf(address(airdrop)) == owed, "I-16: the contract holds what it owes, to the wei");
        address account = _accounts[_rand(ACCOUNTS)];
        _check(token.balanceOf(account) == _held[account], "accounts got what the books say");
        _check(token.balanceOf(treasury) == _held[treasury], "the treasury got what nobody claimed");
    }

    /// @dev Any line of any wave, so that a run sees them all and stays short.
    function _checkLine() private {
        (uint256 w, uint256 i) = _line();
        address account = _books[w].accounts[i];
        _check(airdrop.isClaimed(w, i) == _books[w].claimed[i], "I-16: an index is claimed once");
        (uint256 total, uint256 released) = _vestingOf(w, account);
        _check(
            total == _vesting[w][account] && released == _released[w][account],
            "what vests is what the claims left"
        );
        _check(released <= total, "I-16: no more is released than vests");
    }

    function _paidLiquid(uint256 w, uint256 i, string memory name) private {
        Book storage book = _books[w];
        uint256 liquid = book.amounts[i] / 4;
        book.claimed[i] = true;
        book.paid += book.amounts[i];
        _held[book.accounts[i]] += liquid;
        _vesting[w][book.accounts[i]] += book.amounts[i] - liquid;
        _vestingLeft += book.amounts[i] - liquid;
        _did(name);
    }

    function _canLock(Lock memory held, uint256 amount) private view returns (bool) {
        bool expired = held.amount != 0 && !held.permanent && held.end <= block.timestamp;
        return !expired && held.amount + amount >= escrow.MAX_TERM();
    }

    function _checkLock(Lock memory before, Lock memory held, uint256 added, uint256 lockWeeks) private {
        _check(held.amount == before.amount + added, "amount and bonus are locked, all of them");
        _check(held.permanent == before.permanent && held.end >= before.end, "I-15: a claim never shortens a lock");
        uint256 end = ((block.timestamp + lockWeeks * 1 weeks) / 1 weeks) * 1 weeks;
        _check(held.permanent || held.end >= end, "the lock lasts for the weeks asked for");
    }

    function _isOpen(uint256 w, uint256 i) private view returns (bool) {
        Book storage book = _books[w];
        return
            block.timestamp >= book.start &&
            block.timestamp < book.deadline &&
            !book.claimed[i] &&
            book.paid + book.amounts[i] <= book.funded;
    }

    function _vestedOf(uint256 w, address account) private view returns (uint256) {
        Book storage book = _books[w];
        if (block.timestamp <= book.start) return 0;
        if (block.timestamp >= book.vestEnd) return _vesting[w][account];
        return (_vesting[w][account] * (block.timestamp - book.start)) / (book.vestEnd - book.start);
    }

    function _vestingOf(uint256 w, address account) private view returns (uint256, uint256) {
        AirdropVesting memory vesting = airdrop.vestingOf(w, account);
        return (vesting.total, vesting.released);
    }

    /* TREES */

    /// @dev Node `k` of the level of 2^height leaves of a list.
    function _node(uint256 w, uint256 height, uint256 k) private view returns (bytes32) {
        if (height == 0) {
            bytes memory data = abi.encode(k, _books[w].accounts[k], _books[w].amounts[k]);
            return keccak256(bytes.concat(keccak256(data)));
        }
        bytes32 left = _node(w, height - 1, 2 * k);
        bytes32 right = _node(w, height - 1, 2 * k + 1);
        return left < right ? keccak256(bytes.concat(left, right)) : keccak256(bytes.concat(right, left));
    }

    function _proof(uint256 w, uint256 i) private view returns (bytes32[] memory proof) {
        proof = new bytes32[](3);
        for (uint256 height; height < 3; ++height) proof[height] = _node(w, height, (i >> height) ^ 1);
    }

    /* PLUMBING */

    /// @dev Mostly a second to some days, so that waves fill; now and then months, or to the second of a start, a last
    /// call or a deadline, or the one before.
    function _pass() private {
        uint256 kind = _rand(16);
        if (kind < 6) return;
        if (kind < 10) return skip(1 + _rand(1 hours));
        if (kind < 13) return skip(1 + _rand(5 days));
        if (kind == 13) return skip(_rand(60 days));
        if (_books.length == 0) return;
        Book storage book = _books[_rand(_books.length)];
        uint256 moment = book.start;
        if (kind == 15) moment = _rand(3) == 0 ? book.deadline : book.deadline - 30 days;
        moment -= _rand(2);
        if (moment > block.timestamp) vm.warp(moment);
    }

    function _line() private returns (uint256 w, uint256 i) {
        (w, i) = (_rand(_books.length), _rand(LINES));
        // Mostly one that can still be claimed.
        for (uint256 k; k < 4 && !_isOpen(w, i); ++k) (w, i) = (_rand(_books.length), _rand(LINES));
    }

    function _try(address caller, bytes memory call_) private returns (bool worked) {
        address target = bytes4(call_) == VotingEscrow.withdraw.selector ? address(escrow) : address(airdrop);
        if (caller != address(this)) vm.prank(caller);
        (worked, ) = target.call(call_);
    }

    function _rand(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }

    function _check(bool holds, string memory law) private {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) private {
        ++_done[keccak256(bytes(name))];
    }
}

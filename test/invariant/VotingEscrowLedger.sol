// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";

import {GovernanceToken} from "../../contracts/governance/GovernanceToken.sol";
import {VotingEscrow} from "../../contracts/governance/VotingEscrow.sol";
import {Lock} from "../../contracts/types/GovernanceTypes.sol";

/// @title VotingEscrowLedger
/// @notice Twelve holders, an outsider who only receives votes, and the books of the escrow kept beside it in the plainest
/// way: who has how much until when, and whose votes it is. What the escrow says is compared with them to the wei.
/// @dev An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
abstract contract VotingEscrowLedger is CommonBase, StdCheats {
    /// @dev What a holder is known to have.
    struct Book {
        uint256 amount; // {GIM wei}
        uint256 end; // {s} 0 when permanent or none
        uint256 heldSince; // {s}
        bool permanent;
        uint256 voter; // whose votes it is
    }

    /// @dev What was true at a second that is over.
    struct Memo {
        uint40 timestamp; // {s}
        uint8 who;
        uint104 supply; // {veGIM wei}
        uint104 balance; // {veGIM wei}
        uint128 votes; // {veGIM wei}
        uint128 score; // {GIM wei}
    }

    uint256 internal constant WEEK = 7 days;
    uint256 internal constant TERM = 52 * WEEK;
    uint256 internal constant HOLDERS = 12;
    uint256 internal constant ACCOUNTS = HOLDERS + 1; // the last one is the outsider

    GovernanceToken public immutable token;
    VotingEscrow public immutable escrow;
    address public immutable depositor = makeAddr("depositor");

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    /// @notice How often each action changed something.
    mapping(bytes32 name => uint256 times) private _done;

    address[ACCOUNTS] internal _accounts;
    Book[ACCOUNTS] internal _books;
    Memo[] internal _memos;
    uint256 internal _penalties; // {GIM wei} paid by early exits
    uint256 internal _donated; // {GIM wei} sent to the escrow for nothing
    uint256 internal _entropy;

    constructor() {
        vm.warp(2_900 * WEEK + 3 days);
        token = new GovernanceToken(address(this));
        escrow = new VotingEscrow(token, address(this), address(this));
        escrow.setDepositor(depositor, true);
        for (uint256 i; i < ACCOUNTS; ++i) {
            _accounts[i] = makeAddr(string.concat("account ", vm.toString(i)));
            _books[i].voter = i;
            if (i < HOLDERS) _give(_accounts[i], 50_000_000e18);
        }
        _give(depositor, 200_000_000e18);
    }

    function _give(address account, uint256 amount) private {
        token.transfer(account, amount);
        vm.prank(account);
        token.approve(address(escrow), type(uint256).max);
    }

    /* WHAT IS TRUE */

    /// @dev {veGIM wei} from the books; only for times since the last change.
    function _power(uint256 i, uint256 timestamp) internal view returns (uint256) {
        Book storage book = _books[i];
        if (book.permanent) return book.amount;
        return book.end > timestamp ? (book.amount / TERM) * (book.end - timestamp) : 0;
    }

    /// @dev {GIM wei} from the books.
    function _score(uint256 i, uint256 timestamp) internal view returns (uint256) {
        uint256 power = _power(i, timestamp);
        if (power == 0) return 0;
        return power + (_books[i].permanent ? _books[i].amount : (_books[i].amount / TERM) * TERM);
    }

    /// @dev {veGIM wei} powers and votes of all accounts from the books.
    function _truth(
        uint256 timestamp
    ) internal view returns (uint256[ACCOUNTS] memory powers, uint256[ACCOUNTS] memory votes, uint256 supply) {
        for (uint256 i; i < ACCOUNTS; ++i) {
            powers[i] = _power(i, timestamp);
            votes[_books[i].voter] += powers[i];
            supply += powers[i];
        }
    }

    function _isRunning(uint256 i) internal view returns (bool) {
        return _books[i].permanent || _books[i].end > block.timestamp;
    }

    function _isExpired(uint256 i) internal view returns (bool) {
        return _books[i].amount != 0 && !_isRunning(i);
    }

    /* LAWS */

    /// @dev I01 and I02 at a time since the last change: what each account has, and the sums.
    function _checkSums(uint256 timestamp) internal {
        (uint256[ACCOUNTS] memory powers, uint256[ACCOUNTS] memory votes, uint256 supply) = _truth(timestamp);
        bool past = timestamp < block.timestamp;
        bool balancesAreTrue = true;
        bool votesAreTrue = true;
        uint256 sumOfVotes;
        uint256 sum;
        for (uint256 i; i < ACCOUNTS; ++i) {
            address account = _accounts[i];
            uint256 balance = escrow.balanceOfAt(account, timestamp);
            uint256 has = past ? escrow.getPastVotes(account, timestamp) : escrow.getVotes(account);
            if (balance != powers[i]) balancesAreTrue = false;
            if (has != votes[i]) votesAreTrue = false;
            sum += balance;
            sumOfVotes += has;
        }
        _check(balancesAreTrue, "I01: a balance is the slope of the amount times the time left, to the wei");
        _check(votesAreTrue, "I02: votes are the balances of those who delegate to the account, to the wei");
        uint256 said = past ? escrow.getPastTotalSupply(timestamp) : escrow.totalSupply();
        _check(sum == said && said == supply, "I01: the sum of all balances is the supply, to the wei");
        _check(sumOfVotes == said, "I02: the sum of all votes is the supply, to the wei");
    }

    /// @dev I01 and I02 at any time, without the books.
    function _checkSumsLongAgo(uint256 timestamp) internal {
        uint256 sumOfVotes;
        uint256 sum;
        for (uint256 i; i < ACCOUNTS; ++i) {
            sum += escrow.balanceOfAt(_accounts[i], timestamp);
            sumOfVotes += escrow.getPastVotes(_accounts[i], timestamp);
        }
        uint256 supply = escrow.totalSupplyAt(timestamp);
        _check(sum == supply, "I01: the sum of all balances is the supply at any past second, to the wei");
        _check(sumOfVotes == supply, "I02: the sum of all votes is the supply at any past second, to the wei");
    }

    /// @dev I03.
    function _checkTokens() internal {
        uint256 sum;
        for (uint256 i; i < HOLDERS; ++i) {
            Lock memory held = escrow.locked(_accounts[i]);
            Book storage book = _books[i];
            _check(
                held.amount == book.amount && held.end == book.end && held.permanent == book.permanent,
                "I03: a lock is what its owner made it"
            );
            sum += held.amount;
        }
        uint256 locked = escrow.totalLocked();
        _check(sum == locked, "I03: the total is the sum of all locks");
        _check(
            token.balanceOf(address(escrow)) == locked + _donated,
            "I03: the escrow holds what is locked and what it was given, no more and no less"
        );
    }

    /// @dev I04 for one memo.
    function _checkMemo(uint256 index) internal {
        Memo memory memo = _memos[index];
        address account = _accounts[memo.who];
        _check(
            escrow.balanceOfAt(account, memo.timestamp) == memo.balance &&
                escrow.getPastVotes(account, memo.timestamp) == memo.votes &&
                escrow.scoreAt(account, memo.timestamp) == memo.score &&
                escrow.getPastTotalSupply(memo.timestamp) == memo.supply,
            "I04: what was true at a past second stays true"
        );
    }

    /// @dev I05 for one account that nobody touched between `before` and now.
    function _checkDecay(uint256 i, uint256 before) internal {
        address account = _accounts[i];
        uint256 now_ = escrow.balanceOf(account);
        _check(now_ <= escrow.balanceOfAt(account, before), "I05: power does not rise while the owner does nothing");
        _check(
            escrow.scoreAt(account, block.timestamp) <= escrow.scoreAt(account, before),
            "I05: a score does not rise while the owner does nothing"
        );
        uint256 end = _books[i].end;
        if (end == 0) return;
        _check(
            escrow.balanceOfAt(account, end) == 0 &&
                escrow.balanceOfAt(account, end + 1) == 0 &&
                escrow.scoreAt(account, end) == 0 &&
                escrow.balanceOfAt(account, type(uint256).max) == 0,
            "I05: power and score are 0 at the end and ever after"
        );
        if (end > block.timestamp) {
            _check(escrow.balanceOfAt(account, end - 1) != 0, "I05: power is above 0 until the end");
        }
    }

    /// @dev I06 for one account.
    function _checkRange(uint256 i) internal {
        address account = _accounts[i];
        uint256 amount = _books[i].amount;
        uint256 power = escrow.balanceOf(account);
        uint256 score = escrow.scoreAt(account, block.timestamp);
        _check(power <= amount, "I06: power is at most the amount");
        _check(score == _score(i, block.timestamp), "I06: a score is what is committed and the power");
        if (!_isRunning(i)) {
            _check(power == 0 && score == 0, "I06: an ended lock has no power and no score");
        } else if (_books[i].permanent) {
            _check(score == 2 * amount && power == amount, "I06: a permanent lock scores twice its amount");
        } else {
            uint256 active = (amount / TERM) * TERM;
            _check(score > active && score <= 2 * active, "I06: a score is above 1 and at most 2 times what is active");
        }
    }

    /// @dev Keeps what is true of one account at a past second since the last change.
    function _remember(uint256 who, uint256 timestamp) internal {
        (uint256[ACCOUNTS] memory powers, uint256[ACCOUNTS] memory votes, uint256 supply) = _truth(timestamp);
        _memos.push(
            Memo(
                uint40(timestamp),
                uint8(who),
                uint104(supply),
                uint104(powers[who]),
                uint128(votes[who]),
                uint128(_score(who, timestamp))
            )
        );
    }

    /* TOOLS */

    function _check(bool holds, string memory law) internal {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) internal {
        ++_done[keccak256(bytes(name))];
    }

    /// @notice How often an action changed something.
    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    /// @notice Number of past seconds that are remembered.
    function memos() external view returns (uint256) {
        return _memos.length;
    }

    /// @dev Below `n`, from the seed of the action.
    function _rand(uint256 n) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % n;
    }

    /// @dev Calls the escrow as an account; the selector of the error when it failed.
    function _try(address account, bytes memory data) internal returns (bool worked, bytes4 reason) {
        bytes memory result;
        vm.prank(account);
        (worked, result) = address(escrow).call(data);
        if (!worked && result.length >= 4) reason = bytes4(result);
    }
}

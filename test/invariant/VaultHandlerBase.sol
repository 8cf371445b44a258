// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {Asset, Debt} from "../../contracts/types/VaultTypes.sol";
import {VaultWorld} from "./VaultWorld.sol";

/// @title VaultHandlerBase
/// @notice What all handlers share: actors, the ledgers kept beside the vault's books, and the checks around every action.
/// @dev An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
abstract contract VaultHandlerBase is VaultWorld {
    address internal constant DEAD = address(0xdead);
    uint32 internal constant ANY_NONCE = type(uint32).max;

    /// @notice The first law that was broken, in words; empty while all hold.
    string public violation;
    /// @notice How often each action changed something.
    mapping(bytes32 name => uint256 times) public done;
    uint256 internal _steps;

    address[] internal _actors;
    uint256 internal _aggregate; // D27{share wei} what A must be
    uint256 internal _deadShares; // {share wei}
    /// @dev A token lost balance, or lied, since the vault last touched it: INV-01 holds from the next touch on.
    mapping(address token => bool) internal _disturbed;
    mapping(address token => uint256) internal _mayLeave; // {raw tokens} in this action
    mapping(address token => uint256) private _before; // {raw tokens} of the vault

    constructor() {
        _actors.push(makeAddr("alice"));
        _actors.push(makeAddr("bob"));
        _actors.push(makeAddr("thief"));
    }

    /// @dev Builds the world from the first seed; wraps each action in the checks of INV-09.
    modifier action(uint256 seed) {
        if (!_isBuilt()) _begin(seed);
        _entropy = uint256(keccak256(abi.encode(seed, ++_steps)));
        for (uint256 c; c < _coins.length; ++c) _before[address(_coins[c].token)] = _held(c);
        _start();
        _;
        _finish();
        for (uint256 c; c < _coins.length; ++c) {
            address token = address(_coins[c].token);
            if (token.code.length == 0) continue; // destroyed in this action
            _check(
                _held(c) + _mayLeave[token] >= _before[token],
                "INV-09: tokens leave only by redeem, claim and fill, and no more than these said"
            );
            _mayLeave[token] = 0;
        }
    }

    /// @dev For laws that compare before and after every action.
    function _start() internal virtual {}

    function _finish() internal virtual {}

    function _begin(uint256 seed) internal virtual {
        _build(seed, 1 + (uint256(keccak256(abi.encode(seed))) % 12), SPARES);
        _settleIn();
    }

    /// @dev The creator's shares go to the first actor, so that every share has an owner who acts.
    function _settleIn() internal {
        vault.transfer(_actors[0], vault.balanceOf(address(this)));
        _aggregate = vault.aggregate();
        _deadShares = vault.balanceOf(DEAD);
    }

    /* LEDGER */

    function _check(bool holds, string memory law) internal {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) internal {
        ++done[keccak256(bytes(name))];
    }

    /// @notice How often an action changed something.
    function times(string calldata name) external view returns (uint256) {
        return done[keccak256(bytes(name))];
    }

    /// @notice Whether the first action of the run has happened.
    function isBuilt() external view returns (bool) {
        return _isBuilt();
    }

    function _actor() internal returns (address) {
        return _actors[_rand(_actors.length)];
    }

    /// @dev An actor who has shares, if there is one.
    function _holder() internal returns (address holder) {
        uint256 first = _rand(_actors.length);
        for (uint256 k; k < _actors.length; ++k) {
            holder = _actors[(first + k) % _actors.length];
            if (vault.balanceOf(holder) != 0) return holder;
        }
    }

    function _held(uint256 c) internal view returns (uint256) {
        HostileToken token = _coins[c].token;
        return address(token).code.length == 0 ? 0 : token.books(address(vault));
    }

    /// @dev Gives `account` enough of every token for `part` of the supply and approves the vault for all it has.
    function _fund(address account, uint256 shares) internal {
        (uint256[] memory amounts, ) = vault.previewMint(shares);
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) {
            HostileToken token = HostileToken(assets[i].token);
            if (address(token).code.length == 0) continue;
            token.mint(account, amounts[i]);
            if (token.allowance(account, address(vault)) == 0) {
                vm.prank(account);
                token.approve(address(vault), type(uint256).max);
            }
        }
    }

    /// @dev {share wei} from a wei to nine times the supply.
    function _someShares() internal returns (uint256) {
        uint256 supply = vault.totalSupply();
        if (supply > 1e27) return 1 + _rand(1e24); // far from the cap of 2^96
        return _pick(1 + _rand(1_000), 1 + _rand(supply / 100 + 1), 1 + _rand(supply), 9 * supply);
    }

    /* LAWS CHECKED AFTER EVERY ACTION */

    /// @notice INV-01: whether every token that the vault had a chance to look at covers units and claims.
    function unsolvent() external view returns (address) {
        (Asset[] memory assets, uint256[] memory units, ) = vault.basket();
        uint256 a = vault.aggregate();
        for (uint256 i; i < assets.length; ++i) {
            address token = assets[i].token;
            if (_disturbed[token] || token.code.length == 0) continue;
            uint256 needed = FixedPointMathLib.fullMulDivUp(units[i], a, 10 ** (72 - assets[i].decimals));
            if (HostileToken(token).books(address(vault)) < needed + _debtUp(token)) return token;
        }
        for (uint256 c; c < _coins.length; ++c) {
            address token = address(_coins[c].token);
            if (_disturbed[token] || token.code.length == 0) continue;
            if (_held(c) < _debtUp(token) || _claims(token) > _debtUp(token)) return token;
        }
        return address(0);
    }

    /// @notice INV-02: A as counted outside, balances and fees as the vault tells them.
    function supplyIsExact() external view returns (bool) {
        uint256 sum = vault.balanceOf(DEAD) + vault.balanceOf(address(this)) + vault.balanceOf(dao);
        sum += vault.balanceOf(curator) + vault.balanceOf(vault.strategy().recipient);
        for (uint256 k; k < _actors.length; ++k) sum += vault.balanceOf(_actors[k]);
        return
            vault.aggregate() == _aggregate &&
            vault.totalSupply() == _aggregate / vault.multiplier() &&
            sum + vault.pendingFeeShares() == vault.totalSupply() &&
            vault.balanceOf(DEAD) == _deadShares;
    }

    function _debtUp(address token) internal view returns (uint256) {
        Debt memory debt = vault.debt(token);
        return debt.scale == 0 ? debt.total : FixedPointMathLib.fullMulDivUp(debt.total, debt.scale, 1e27);
    }

    function _claims(address token) internal view returns (uint256 sum) {
        for (uint256 k; k < _actors.length; ++k) sum += vault.owed(token, _actors[k]);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IndexVault} from "../../contracts/IndexVault.sol";
import {FeeParams, IndexParams} from "../../contracts/types/VaultTypes.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title FeesHandler
/// @notice Two vaults alike, with the same holders and the same history, except that the first one is poked all the time.
contract FeesHandler is VaultHandlerBase {
    IndexVault public twin;

    /* WHAT HAPPENS TO BOTH */

    function mint(uint256 seed) external action(seed) {
        address actor = _actor();
        uint256 shares = _someShares();
        _fund(actor, shares);
        _fund(actor, shares);
        _mintIn(vault, actor, shares);
        _mintIn(twin, actor, shares);
        _did("mint");
    }

    function redeem(uint256 seed) external action(seed) {
        address actor = _holder();
        uint256 balance = vault.balanceOf(actor);
        if (balance == 0) return;
        uint256 shares = 1 + _rand(balance);
        uint256[] memory amounts = _redeemIn(vault, actor, shares);
        _redeemIn(twin, actor, shares);
        for (uint256 i; i < amounts.length; ++i) _mayLeave[address(_coins[i].token)] += amounts[i];
        _did("redeem");
    }

    function changeFees(uint256 seed) external action(seed) {
        FeeParams memory next = FeeParams(uint64(_rand(uint256(0.05e18) / 365 days)), uint16(_rand(101)), curator);
        _setFeesIn(vault, next);
        _setFeesIn(twin, next);
        skip(7 days);
        if (vault.changeEta(keccak256(abi.encode("fees", next))) != 0) {
            vault.applyFees(next);
            twin.applyFees(next);
        }
        _did("changeFees");
    }

    function wait(uint256 seed) external action(seed) {
        skip(_pick(1, _between(1, 1 hours), _between(1 hours, 10 days), _between(10 days, 400 days)));
        _did("wait");
    }

    /* WHAT HAPPENS TO THE FIRST ONE ONLY */

    function distribute(uint256 seed) external action(seed) {
        if (vault.distributeFees() != 0) _did("distribute");
    }

    /// @dev The curator sets what is in force already.
    function repeatFees(uint256 seed) external action(seed) {
        _setFeesIn(vault, vault.fees());
        _did("repeatFees");
    }

    function pokeOtherwise(uint256 seed) external action(seed) {
        vault.sync(_rand(vault.basketSize()));
        vault.checkPrice(_rand(vault.basketSize()));
        address actor = _holder();
        vm.prank(actor);
        vault.transfer(actor, 0);
        _did("pokeOtherwise");
    }

    /* LAW */

    /// @notice INV-10.
    function feesAgree() external view returns (bool) {
        return
            vault.multiplier() == twin.multiplier() &&
            vault.aggregate() == twin.aggregate() &&
            vault.totalSupply() == twin.totalSupply() &&
            _feeShares(vault) == _feeShares(twin);
    }

    /// @dev {share wei} of all fees ever, handed out or pending.
    function _feeShares(IndexVault which) private view returns (uint256) {
        return
            which.balanceOf(dao) +
            which.balanceOf(curator) +
            which.balanceOf(which.strategy().recipient) +
            which.pendingFeeShares();
    }

    function _created(IndexParams memory params) internal override {
        params.salt = bytes32(uint256(1));
        twin = _create(params);
    }

    /// @dev No spares, so that coin i is token i of both baskets.
    function _begin(uint256 seed) internal override {
        _build(seed, 1 + (uint256(keccak256(abi.encode(seed))) % 4), 0);
        _settleIn();
        twin.transfer(_actors[0], twin.balanceOf(address(this)));
    }

    function _mintIn(IndexVault which, address actor, uint256 shares) private {
        for (uint256 c; c < _coins.length; ++c) {
            vm.prank(actor);
            _coins[c].token.approve(address(which), type(uint256).max);
        }
        vm.prank(actor);
        which.mint(shares, actor, new uint256[](0), 100, 0);
    }

    function _redeemIn(IndexVault which, address actor, uint256 shares) private returns (uint256[] memory amounts) {
        vm.prank(actor);
        (amounts, ) = which.redeem(shares, actor, actor, new uint256[](0), 0, ANY_NONCE);
    }

    function _setFeesIn(IndexVault which, FeeParams memory fees) private {
        vm.prank(curator);
        which.setFees(fees);
    }
}

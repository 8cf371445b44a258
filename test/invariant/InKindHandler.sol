// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {Asset} from "../../contracts/types/VaultTypes.sol";
import {HolderActions} from "./HolderActions.sol";

/// @title InKindHandler
/// @notice Looks for a profit in minting and redeeming at once, with anything that anyone may call in between.
contract InKindHandler is HolderActions {
    enum Between {
        NOTHING,
        DISTRIBUTE,
        DONATE,
        SYNC,
        CLAIM,
        CHECK_PRICE
    }

    /// @dev Mint, something, redeem, in one block, by an account that had nothing. It ends with no more of any token.
    function roundTrip(uint256 seed) external action(seed) {
        address thief = makeAddr("round trip");
        uint256 shares = _someShares();
        (Asset[] memory assets, , ) = vault.basket();
        uint256[] memory start = new uint256[](assets.length);
        if (_rand(2) == 0) _owe(thief);
        _fund(thief, shares);
        for (uint256 k; k < start.length; ++k) start[k] = _wealth(assets[k].token, thief);
        if (!_mintFunded(thief, shares)) return;
        uint256 i = _rand(start.length);
        uint256 drip = _interfere(Between(_rand(uint256(type(Between).max) + 1)), i, thief);
        _redeem(thief, _rand(2) == 0 ? shares : 1 + _rand(shares), 0);
        if (vault.balanceOf(thief) != 0) _redeem(thief, vault.balanceOf(thief), 0);

        for (uint256 k; k < start.length; ++k) {
            uint256 end = _wealth(assets[k].token, thief);
            uint256 allowed = start[k] + (k == i ? drip : 0);
            _check(
                end <= allowed,
                "INV-11: minting and redeeming at once never yields more of any token than was put in"
            );
        }
        _did("roundTrip");
    }

    /// @dev The same shares in and out: the same tokens, and amounts within 1 raw token a leg.
    function compare(uint256 seed) external action(seed) {
        address actor = _actor();
        uint256 shares = _someShares();
        uint256 feeShares = (shares * vault.fees().mintFeeBps + 9_999) / 10_000;
        (uint256[] memory asked, uint256 previewedFee) = vault.previewMint(shares);
        _check(previewedFee == feeShares, "INV-07: the preview tells the fee of the mint");
        (, uint256[] memory units, ) = vault.basket();
        uint256[] memory start = _vaultBalances();
        if (!_mint(actor, shares)) return;
        uint256[] memory middle = _vaultBalances();
        uint256[] memory out = vault.previewRedeem(shares + feeShares);
        uint256[] memory paid = vault.previewRedeem(shares);
        for (uint256 i; i < units.length; ++i) {
            _check(middle[i] - start[i] == asked[i], "INV-07: a mint takes what its preview says");
            _check(
                (asked[i] != 0) == (units[i] != 0),
                "INV-07: a mint asks for the tokens that have units, and no others"
            );
            _check(
                asked[i] >= out[i] && asked[i] - out[i] <= 1,
                "INV-07: what a mint asks for and what as many shares redeem for differ by 1 raw token a leg at most"
            );
        }
        _redeem(actor, shares, 0);
        uint256[] memory end = _vaultBalances();
        for (uint256 i; i < units.length; ++i) {
            _check(middle[i] - end[i] == paid[i], "INV-07: a redemption pays what its preview says");
        }
        _did("compare");
    }

    /// @dev {raw tokens} that a timed call may bring a holder of everything: one hour's drip of token i.
    function _interfere(Between what, uint256 i, address thief) private returns (uint256 drip) {
        (Asset[] memory assets, , uint256[] memory holdings) = vault.basket();
        if (what == Between.DISTRIBUTE) vault.distributeFees();
        if (what == Between.CHECK_PRICE) vault.checkPrice(i);
        if (what == Between.DONATE) {
            HostileToken token = HostileToken(assets[i].token);
            uint256 amount = _rand(token.books(thief) + 1);
            vm.prank(thief);
            token.transfer(address(vault), amount);
        }
        if (what == Between.SYNC) {
            vault.sync(i);
            drip = holdings[i] / 24_000 + 1;
        }
        if (what == Between.CLAIM && vault.owed(assets[i].token, thief) != 0) {
            uint256 owed = vault.owed(assets[i].token, thief);
            vm.prank(thief);
            _check(vault.claim(assets[i].token, thief) == owed, "INV-09: a claim pays what was owed");
            _mayLeave[assets[i].token] += owed;
        }
    }

    /// @dev Gives the thief claims from before, so that one can be timed.
    function _owe(address thief) private {
        uint256 shares = 1 + _rand(vault.totalSupply() / 10);
        _fund(thief, shares);
        if (!_mint(thief, shares)) return;
        uint256 m = vault.multiplier();
        uint32 nonce = vault.basketNonce();
        vm.prank(thief);
        vault.redeem(shares, thief, thief, new uint256[](0), type(uint256).max, nonce);
        _aggregate -= shares * m;
    }

    /// @dev {raw tokens} held and owed.
    function _wealth(address token, address account) private view returns (uint256) {
        return HostileToken(token).books(account) + vault.owed(token, account);
    }

    function _vaultBalances() private view returns (uint256[] memory list) {
        (Asset[] memory assets, , ) = vault.basket();
        list = new uint256[](assets.length);
        for (uint256 i; i < list.length; ++i) list[i] = HostileToken(assets[i].token).books(address(vault));
    }
}

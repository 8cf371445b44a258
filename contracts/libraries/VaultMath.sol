// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {VaultStorage} from "../types/VaultStorage.sol";
import {Debt} from "../types/VaultTypes.sol";
import {Errors} from "./Errors.sol";
import {ShareMath} from "./ShareMath.sol";
import {TokenCalls} from "./TokenCalls.sol";
import {Units} from "./Units.sol";

/// @title VaultMath
/// @notice Values, cross prices and solvency of single tokens.
library VaultMath {
    using FixedPointMathLib for uint256;

    /// @dev D18{USD} = {raw tokens} * D27{USD/tok} / 10^(decimals + 9)
    function toUsdDown(uint256 raw, uint256 price, uint8 decimals) internal pure returns (uint256) {
        return raw.fullMulDiv(price, 10 ** (uint256(decimals) + 9));
    }

    function toUsdUp(uint256 raw, uint256 price, uint8 decimals) internal pure returns (uint256) {
        return raw.fullMulDivUp(price, 10 ** (uint256(decimals) + 9));
    }

    /// @dev {raw tokens} = D18{USD} * 10^(decimals + 9) / D27{USD/tok}, rounded down
    function toRaw(uint256 usd, uint256 price, uint8 decimals) internal pure returns (uint256) {
        return usd.fullMulDiv(10 ** (uint256(decimals) + 9), price);
    }

    /// @dev {raw tokens} of the bought token that `sold` costs, rounded up.
    /// D27{USD} = sold * priceSell / 10^decimalsSell;  pay = D27{USD} * factor * 10^decimalsBuy / (priceBuy * 1e18)
    function payFor(
        uint256 sold,
        uint256 priceSell,
        uint8 decimalsSell,
        uint256 priceBuy,
        uint8 decimalsBuy,
        uint256 factor
    ) internal pure returns (uint256) {
        uint256 usd = sold.fullMulDivUp(priceSell, 10 ** uint256(decimalsSell));
        return usd.fullMulDivUp(factor, 1e18).fullMulDivUp(10 ** uint256(decimalsBuy), priceBuy);
    }

    /// @dev {raw tokens} of the sold token that `paid` buys, rounded down. Inverse of `payFor`.
    function soldFor(
        uint256 paid,
        uint256 priceSell,
        uint8 decimalsSell,
        uint256 priceBuy,
        uint8 decimalsBuy,
        uint256 factor
    ) internal pure returns (uint256) {
        uint256 usd = paid.fullMulDiv(priceBuy, 10 ** uint256(decimalsBuy));
        return usd.fullMulDiv(1e18, factor).fullMulDiv(10 ** uint256(decimalsSell), priceSell);
    }

    /// @dev Balance of the vault; reverts when the token does not answer.
    function balance(address token) internal view returns (uint256) {
        (bool ok, uint256 amount) = TokenCalls.balanceOf(token, address(this), gasleft());
        require(ok, Errors.IndexVault_TransferFailed(token));
        return amount;
    }

    /// @dev {raw tokens} that claims on a token are worth now, rounded up.
    function debtOf(VaultStorage storage s, address token) internal view returns (uint256) {
        if (!s.hasDebts) return 0;
        Debt storage debt = s.debts[token];
        uint256 scale = debt.scale;
        return scale == 0 ? debt.total : debt.total.fullMulDivUp(scale, ShareMath.ONE);
    }

    /// @dev INV-01: balance >= ceil(units * A) + debts.
    function requireSolvent(
        VaultStorage storage s,
        uint256 index,
        address token,
        uint8 decimals,
        uint256 held
    ) internal view {
        uint256 needed = ShareMath.toRawUp(Units.load(s, index), s.aggregate, decimals) + debtOf(s, token);
        require(held >= needed, Errors.IndexVault_Insolvent(token, held, needed));
    }
}

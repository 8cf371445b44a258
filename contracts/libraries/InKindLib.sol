// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AssetFlags} from "../types/AssetFlags.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {BasketBlob} from "./BasketBlob.sol";
import {DebtLib} from "./DebtLib.sol";
import {Errors} from "./Errors.sol";
import {ShareMath} from "./ShareMath.sol";
import {TokenCalls} from "./TokenCalls.sol";
import {Units} from "./Units.sol";
import {VaultMath} from "./VaultMath.sol";

/// @title InKindLib
/// @notice The two loops over the basket: pulling a mint's payment and paying a redemption. Neither writes storage per
/// token; neither reads a price.
library InKindLib {
    using FixedPointMathLib for uint256;
    using BasketBlob for address;
    using BasketBlob for bytes;

    uint256 internal constant TRANSFER_GAS = 400_000; // {gas} one leg of a redemption
    uint256 internal constant BALANCE_GAS = 100_000; // {gas} reading a balance in a redemption
    uint256 internal constant RESERVE_GAS = 120_000; // {gas} to book a failed leg and finish

    /// @dev One mint.
    struct Entry {
        uint256 part; // D27{share wei} of the aggregate that arrives
        uint256 aggregateAfter; // D27{share wei}
        bool hasDebts;
    }

    /// @dev One redemption.
    struct Exit {
        uint256 part; // D27{share wei} of the aggregate that leaves
        uint256 aggregateBefore; // D27{share wei}
        address receiver;
        address owedTo;
        uint256 skipBitmap;
    }

    /// @dev Pulls ceil(units * part) of every token and checks each balance against the liability after the mint.
    function pullBasket(
        VaultStorage storage s,
        uint256 part,
        uint256[] calldata maxAmounts
    ) internal returns (uint256[] memory amounts) {
        bytes memory blob = s.basketPointer.read();
        uint256 n = blob.count();
        require(
            maxAmounts.length == 0 || maxAmounts.length == n,
            Errors.IndexVault_LengthMismatch(maxAmounts.length, n)
        );
        amounts = new uint256[](n);
        Entry memory entry = Entry(part, s.aggregate + part, s.hasDebts);
        for (uint256 i; i < n;) {
            uint256 word = s.units[i / 3];
            for (uint256 end = FixedPointMathLib.min(i + 3, n); i < end; ++i) {
                uint256 units = Units.decode(word);
                word >>= Units.BITS;
                if (units == 0) continue;

                uint256 amount = _pullLeg(s, entry, blob, i, units);
                assembly ("memory-safe") {
                    mstore(add(add(amounts, 0x20), shl(5, i)), amount) // amounts[i]; i < n = amounts.length
                }
                if (maxAmounts.length != 0) _requireAtMost(blob, i, amount, maxAmounts[i]);
            }
        }
    }

    function _requireAtMost(bytes memory blob, uint256 i, uint256 amount, uint256 most) private pure {
        (address token, , ) = blob.entry(i);
        require(amount <= most, Errors.IndexVault_Slippage(token, amount, most));
    }

    /// @dev Believes the balance afterwards, not the amount: a fee on transfer or a token that lies ends here.
    function _pullLeg(
        VaultStorage storage s,
        Entry memory entry,
        bytes memory blob,
        uint256 i,
        uint256 units
    ) private returns (uint256 amount) {
        (address token, uint256 scale) = blob.scaled(i);
        amount = units.fullMulDivUp(entry.part, scale);
        if (!TokenCalls.pull(token, msg.sender, address(this), amount)) revert Errors.IndexVault_TransferFailed(token);
        uint256 needed = units.fullMulDivUp(entry.aggregateAfter, scale);
        if (entry.hasDebts) needed += VaultMath.debtOf(s, token);
        uint256 held = TokenCalls.ownBalance(token); // 0 when the token does not answer
        if (held < needed) revert Errors.IndexVault_Insolvent(token, held, needed);
    }

    /// @dev Pays floor(units * part) of every token; what cannot be paid becomes a claim.
    function payBasket(
        VaultStorage storage s,
        Exit memory exit,
        uint256[] calldata minOut
    ) internal returns (uint256[] memory amounts, uint256 deferredBitmap) {
        bytes memory blob = s.basketPointer.read();
        amounts = new uint256[](blob.count());
        require(
            minOut.length == 0 || minOut.length == amounts.length,
            Errors.IndexVault_LengthMismatch(minOut.length, amounts.length)
        );
        uint256 word;
        for (uint256 i; i < amounts.length; ++i) {
            word = i % 3 == 0 ? s.units[i / 3] : word >> Units.BITS;
            uint256 least = minOut.length == 0 ? 0 : minOut[i];
            bool deferred;
            (amounts[i], deferred) = _payLeg(s, exit, blob, i, Units.decode(word), least);
            if (deferred) deferredBitmap |= 1 << i;
        }
    }

    /// @dev Tries one leg. `deferred`: it was skipped, or the token failed, whatever it did. A skipped token is not
    /// called at all, so that 128 of them that burn gas in every call fit one transaction. Nobody gains by it: until
    /// the next look at a short token the claim is as much too high as the units, and then both fall by the same ratio.
    function _payLeg(
        VaultStorage storage s,
        Exit memory exit,
        bytes memory blob,
        uint256 i,
        uint256 units,
        uint256 least
    ) private returns (uint256 amount, bool deferred) {
        (address token, uint8 decimals, uint8 flags) = blob.entry(i);
        deferred = (exit.skipBitmap >> i) & 1 != 0;
        if (!deferred && flags & AssetFlags.MAY_SHRINK != 0) {
            units = _absorbShortfall(s, i, token, decimals, units, exit.aggregateBefore);
        }
        amount = ShareMath.toRawDown(units, exit.part, decimals);
        if (amount < least) revert Errors.IndexVault_Slippage(token, amount, least);
        if (amount == 0) return (0, false);

        if (!deferred) {
            _requireGas(TRANSFER_GAS);
            if (TokenCalls.push(token, exit.receiver, amount, TRANSFER_GAS)) return (amount, false);
        }
        DebtLib.add(s, token, exit.owedTo, amount);
        return (amount, true);
    }

    /// @dev A token that does not tell its balance is left as it is: its transfer will be tried all the same.
    function _absorbShortfall(
        VaultStorage storage s,
        uint256 i,
        address token,
        uint8 decimals,
        uint256 units,
        uint256 aggregateBefore
    ) private returns (uint256) {
        _requireGas(BALANCE_GAS);
        (bool ok, uint256 held) = TokenCalls.balanceOf(token, address(this), BALANCE_GAS);
        return ok ? DebtLib.absorbShortfall(s, i, token, decimals, units, aggregateBefore, held) : units;
    }

    /// @dev A call gets at most 63/64 of what is left; less than `cap` would let the caller starve a healthy token.
    function _requireGas(uint256 cap) private view {
        uint256 needed = (cap * 64) / 63 + RESERVE_GAS;
        if (gasleft() <= needed) revert Errors.IndexVault_GasTooLow(gasleft(), needed);
    }
}

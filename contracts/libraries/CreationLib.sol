// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {Asset, Destination, IndexParams, Limits} from "../types/VaultTypes.sol";
import {Errors} from "./Errors.sol";
import {VaultMath} from "./VaultMath.sol";

/// @title CreationLib
/// @notice The ranges within which a creator may choose, and the seed's value.
library CreationLib {
    uint256 internal constant MAX_TOKENS = 128;
    uint256 internal constant MAX_DESTINATIONS = 3;
    uint256 internal constant MAX_NAME = 64; // {bytes}
    uint256 internal constant MIN_SEED = 100e18; // D18{USD}
    uint256 internal constant KNOWN_SEED = 1_000e18; // D18{USD} dead shares: at most a thousandth of a larger seed
    uint256 internal constant MIN_SHARES = 1e15; // {share wei} few enough to count would make every rounding a fee
    uint256 internal constant DEAD_VALUE = 1e18; // D18{USD} least value of the shares that nobody can redeem

    /// @dev Everything that can be checked without reading a token.
    function requireInRange(IndexParams calldata params) internal pure {
        uint256 n = params.tokens.length;
        require(n != 0 && n <= MAX_TOKENS, Errors.IndexVault_BasketSizeInvalid(n));
        require(params.amounts.length == n, Errors.IndexVault_LengthMismatch(params.amounts.length, n));
        require(params.receiver != address(0), Errors.IndexVault_ZeroAddress());
        require(params.shares >= MIN_SHARES, Errors.IndexVault_SharesInvalid(params.shares));
        require(_isNameValid(params.name) && _isNameValid(params.symbol), Errors.IndexFactory_NameInvalid());
        _requireLimitsInRange(params.limits);
    }

    /// @dev The basket with decimals and flags of the registry. Destinations must be stable tokens in it.
    function assets(IAssetRegistry registry, IndexParams calldata params) internal view returns (Asset[] memory list) {
        address[] calldata tokens = params.tokens;
        uint16[] memory listings = registry.listings(tokens);
        list = new Asset[](listings.length);
        address previous;
        for (uint256 i; i < list.length; ++i) {
            address token = tokens[i];
            if (token <= previous) revert Errors.IndexFactory_TokensNotAscending(previous, token);
            if (listings[i] == type(uint16).max) revert Errors.IndexVault_AssetNotListed(token);
            list[i] = Asset(token, uint8(listings[i]), uint8(listings[i] >> 8));
            previous = token;
        }
        _requireDestinations(params.destinations, list);
        for (uint256 i; i < list.length; ++i) list[i].flags &= AssetFlags.MAY_SHRINK;
    }

    /// @dev {share wei} worth at least one USD. Reads prices only until enough of the seed's value is known.
    function deadShares(
        IAssetRegistry registry,
        IndexParams calldata params,
        Asset[] memory list
    ) internal view returns (uint256) {
        uint256 known; // D18{USD}
        for (uint256 i; i < list.length && known < KNOWN_SEED; ++i) {
            known += VaultMath.toUsdDown(params.amounts[i], registry.price(list[i].token), list[i].decimals);
        }
        require(known >= MIN_SEED, Errors.IndexFactory_SeedTooSmall(known, MIN_SEED));
        return FixedPointMathLib.fullMulDivUp(params.shares, DEAD_VALUE, known);
    }

    function _isNameValid(string calldata text) private pure returns (bool) {
        return bytes(text).length != 0 && bytes(text).length <= MAX_NAME;
    }

    /// @dev One to three stable tokens of the basket, no two alike, whose splits sum to 10,000.
    function _requireDestinations(Destination[] calldata destinations, Asset[] memory list) private pure {
        uint256 n = destinations.length;
        require(n != 0 && n <= MAX_DESTINATIONS, Errors.IndexVault_DestinationsInvalid());
        uint256 sum;
        for (uint256 k; k < n; ++k) {
            bool found;
            for (uint256 i; i < list.length && !found; ++i) {
                found = list[i].token == destinations[k].token && list[i].flags & AssetFlags.STABLE != 0;
            }
            require(found && destinations[k].splitBps != 0, Errors.IndexVault_DestinationsInvalid());
            for (uint256 i; i < k; ++i) {
                require(destinations[i].token != destinations[k].token, Errors.IndexVault_DestinationsInvalid());
            }
            sum += destinations[k].splitBps;
        }
        require(sum == 10_000, Errors.IndexVault_DestinationsInvalid());
    }

    function _requireLimitsInRange(Limits calldata l) private pure {
        _requireIn("turnoverBps", l.turnoverBps, 1_000, 10_000);
        _requireIn("lossBps", l.lossBps, 1, 100);
        _requireIn("deriskLossBps", l.deriskLossBps, 1, 100);
        _requireIn("maxWeightChangeBps", l.maxWeightChangeBps, 100, 10_000);
        _requireIn("riskDelay", l.riskDelay, 1 hours, 14 days);
        _requireIn("basketDelay", l.basketDelay, 1 days, 30 days);
        require(
            l.basketDelay >= l.riskDelay,
            Errors.IndexVault_LimitOutOfRange("basketDelay", l.basketDelay, l.riskDelay, 30 days)
        );
        _requireIn("curveLength", l.curveLength, 10 minutes, 3 days);
        _requireIn("cooldown", l.cooldown, 1 hours, 30 days);
        _requireIn("deriskPeriod", l.deriskPeriod, 14 days, 90 days);
    }

    function _requireIn(string memory name, uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(value >= minimum && value <= maximum, Errors.IndexVault_LimitOutOfRange(name, value, minimum, maximum));
    }
}

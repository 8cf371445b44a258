// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {INavFeed} from "../interfaces/INavFeed.sol";
import {Errors} from "../libraries/Errors.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {NavReader, Valuation} from "./libraries/NavReader.sol";
import {Position, VaultReads} from "./libraries/VaultReads.sol";

/// @title NavFeed
/// @notice What a share of a vault is worth, for lenders who read Chainlink feeds.
///
/// constructor -> latestRoundData() by anybody, for ever
///
/// @dev VALUE
/// - answer D8{USD/share} = sum of D18{USD} by units * 1e8 / {share wei}, rounded down; the figure of `IndexLens.nav`.
/// - By units, not by balances: what is given to the vault without a mint moves nothing. Tokens that the vault has lost
///   count at once, as far as they are missing; who brings them back raises the price by no more than he gave.
/// - Balances of the registry's feeds only; no pool, no curve and no history of this contract enters.
///
/// @dev READ-ONLY REENTRANCY
/// - In a mint, a redemption, a fill or its callback units and balances disagree. `basket()` of the vault refuses to
///   answer then, and so does this feed. Nobody can borrow against a half-finished call.
///
/// @dev LIVENESS
/// - All or nothing: a token without a price, near its feed's minimum, or whose balance cannot be read, is a typed
///   error. A lender that must not stop has its own second source.
/// - Too little gas is an error, never a wrong answer: a token or feed that was starved of gas counts as unreadable.
/// - A token that the guardian froze still counts: freezing stops trades of vaults, it says nothing about the price.
///
/// @dev TRUST
/// - No owner, no funds, no storage that changes. It trusts the registry's owner for feeds, as the vault does. Whoever
///   lists this feed checks `vault` and `registry`.
contract NavFeed is INavFeed {
    uint256 private constant ONE = 1e8; // D8{1}

    /// @inheritdoc INavFeed
    address public immutable vault;
    /// @inheritdoc INavFeed
    IAssetRegistry public immutable registry;
    /// @inheritdoc AggregatorV3Interface
    string public description;

    constructor(IIndexFactory factory, IAssetRegistry registry_, address vault_) {
        require(factory.isIndex(vault_), Errors.NavFeed_NotIndex(vault_));

        vault = vault_;
        registry = registry_;
        description = string.concat(IERC20Metadata(vault_).symbol(), " / USD");
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        Valuation memory v = NavReader.value(registry, vault);
        updatedAt = block.timestamp - _oldest(v);
        // D8{USD/share} = D18{USD} * 1e8 / {share wei}; dead shares keep the supply above 0
        uint256 price = FixedPointMathLib.fullMulDiv(v.total, ONE, v.supply);
        require(price != 0, Errors.NavFeed_ValueZero(v.total, v.supply));

        // Casting is safe: prices and holdings are below 2^128 each, and 128 of them; seconds fit 80 bits.
        answer = int256(price);
        roundId = uint80(block.timestamp);
        startedAt = updatedAt;
        answeredInRound = roundId;
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(uint80) external pure returns (uint80, int256, uint256, uint256, uint80) {
        // A past round would need the past holdings and prices.
        revert Errors.NavFeed_NoHistory();
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external pure returns (uint8) {
        return 8;
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }

    /// @dev {s} age of the oldest feed of what the shares stand for, after checking that all of it counts.
    function _oldest(Valuation memory v) private view returns (uint256 oldest) {
        for (uint256 i; i < v.held.length; ++i) {
            // What cannot be read is taken at its full amount, so it does not pass as nothing.
            if (v.amounts[i] == 0) continue;
            Position memory p = v.held[i];
            require(p.readable, Errors.NavFeed_TokenUnreadable(p.token));
            require(
                v.quotes[i].price != 0 && v.quotes[i].flags & AssetFlags.NEAR_MINIMUM == 0,
                Errors.NavFeed_TokenUnpriced(p.token)
            );
            uint256 age = VaultReads.feedAge(registry.assetConfig(p.token).feed);
            // The registry has just read the same answer: only a call that ran short of gas gets here.
            require(age <= block.timestamp, Errors.NavFeed_TokenUnpriced(p.token));
            oldest = FixedPointMathLib.max(oldest, age);
        }
    }
}

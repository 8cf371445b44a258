// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry, Quote} from "../interfaces/IAssetRegistry.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {INavFeed} from "../interfaces/INavFeed.sol";
import {Errors} from "../libraries/Errors.sol";
import {QuoteReader} from "../libraries/QuoteReader.sol";
import {ShareMath} from "../libraries/ShareMath.sol";
import {TokenCalls} from "../libraries/TokenCalls.sol";
import {VaultMath} from "../libraries/VaultMath.sol";
import {AssetFlags} from "../types/AssetFlags.sol";
import {Asset} from "../types/VaultTypes.sol";
import {VaultReads} from "./libraries/VaultReads.sol";

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
/// @dev GAS
/// - Lenders pay for every look, so this goes over the basket once and reads of each answer what it needs, instead of
///   asking `NavReader`. Most of what is left are the feeds and tokens themselves.
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
        (uint256 total, uint256 oldest) = _value();
        uint256 supply = IERC20(vault).totalSupply(); // {share wei} with accrued fee shares
        updatedAt = block.timestamp - oldest;
        // D8{USD/share} = D18{USD} * 1e8 / {share wei}; dead shares keep the supply above 0
        uint256 price = FixedPointMathLib.fullMulDiv(total, ONE, supply);
        require(price != 0, Errors.NavFeed_ValueZero(total, supply));

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

    /// @dev D18{USD} of all that redemptions could pay, and the age {s} of the oldest feed that the figure rests on.
    function _value() private view returns (uint256 total, uint256 oldest) {
        (Asset[] memory assets, uint256[] memory units, uint256[] memory holdings) = IIndexVault(vault).basket();
        uint256 aggregate = IIndexVault(vault).aggregate();
        Quote[] memory quotes = _quotes(assets);
        for (uint256 i; i < assets.length; ++i) {
            if (holdings[i] == 0) continue;
            Asset memory asset = assets[i];
            uint256 amount = _payable(asset, units[i], holdings[i], aggregate);
            if (amount == 0) continue;
            Quote memory quote = quotes[i];
            require(
                quote.price != 0 && quote.flags & AssetFlags.NEAR_MINIMUM == 0,
                Errors.NavFeed_TokenUnpriced(asset.token)
            );
            uint256 age = VaultReads.feedAge(VaultReads.feedOf(registry, asset.token));
            // The registry has just read the same answer: only a call that ran short of gas gets here.
            require(age <= block.timestamp, Errors.NavFeed_TokenUnpriced(asset.token));
            oldest = FixedPointMathLib.max(oldest, age);
            total += VaultMath.toUsdDown(amount, quote.price, asset.decimals);
        }
    }

    /// @dev {raw tokens} of `holdings` that could be paid: a shortfall hits shares and claims in the same proportion.
    function _payable(
        Asset memory asset,
        uint256 units,
        uint256 holdings,
        uint256 aggregate
    ) private view returns (uint256) {
        (bool readable, uint256 balance) = TokenCalls.balanceOf(asset.token, vault, VaultReads.TOKEN_GAS);
        require(readable, Errors.NavFeed_TokenUnreadable(asset.token));
        uint256 owed = VaultReads.owed(vault, asset.token);
        // Holdings are rounded down, so with one raw token more nothing is missing, and there is nothing to work out.
        if (balance > holdings + owed) return holdings;
        uint256 needed = ShareMath.toRawUp(units, aggregate, asset.decimals) + owed;
        return balance < needed ? FixedPointMathLib.fullMulDiv(holdings, balance, needed) : holdings;
    }

    function _quotes(Asset[] memory assets) private view returns (Quote[] memory) {
        address[] memory tokens = new address[](assets.length);
        for (uint256 i; i < tokens.length; ++i) tokens[i] = assets[i].token;
        return QuoteReader.quotes(registry, tokens);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Holding, IIndexLens, Lot, Nav, PairQuote, Weight} from "../../contracts/interfaces/IIndexLens.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {IndexLens} from "../../contracts/periphery/IndexLens.sol";
import {Destination, Epoch, Lane, Limits} from "../../contracts/types/VaultTypes.sol";
import {VaultWorld} from "../invariant/VaultWorld.sol";

/// @title LensRun
/// @notice One random vault whose lens is compared with the vault itself, step by step.
/// @dev Nothing here reverts: the first difference is kept in `difference`.
contract LensRun is VaultWorld {
    IndexLens public immutable lens;
    /// @notice The first difference between lens and vault, in words; empty while there is none.
    string public difference;
    /// @notice How many quotes were fillable, and filled as quoted.
    uint256 public fills;
    /// @notice How many quotes named the vault's own error.
    uint256 public refusals;

    constructor(uint256 seed) {
        lens = new IndexLens(factory, registry, keepers);
        _build(seed, 2 + (seed % 6), 0);
        for (uint256 c; c < _coins.length; ++c) {
            _coins[c].token.mint(address(this), type(uint200).max); // more than any fill of 36 decimals costs
            _coins[c].token.approve(address(vault), type(uint256).max);
        }
    }

    /* ACTIONS */

    /// @notice Proposes random weights in a random lane and moves into the window. False when the vault refuses.
    function open() external returns (bool) {
        Lane lane = Lane(_rand(2));
        uint256[] memory weights = lane == Lane.RISK ? _riskWeights() : _deriskWeights();
        if (!_propose(weights, lane)) return false;

        Epoch memory e = vault.epoch();
        vm.warp(e.opensAt + _rand((e.closesAt - e.opensAt) / 2));
        return true;
    }

    /// @notice Something happens to the market, the clock, the registry or a balance.
    function disturb() external {
        uint256 c = _rand(_coins.length);
        uint256 kind = _rand(8);
        if (kind < 4)
            _publish(c, (_coins[c].said * _between(kind == 0 ? 8_500 : 9_700, kind == 0 ? 11_500 : 10_300)) / 10_000);
        if (kind == 4) vm.warp(block.timestamp + 1 + _rand(vault.limits().curveLength / 8));
        if (kind == 5) registry.setFrozen(address(_coins[c].token), _rand(4) == 0);
        if (kind == 6) vault.checkPrice(_rand(vault.basketSize()));
        // A loss of up to a thousandth, which a trade may or may not cover.
        if (kind == 7 && _rand(4) == 0)
            _coins[c].token.take(address(vault), _rand(_coins[c].token.books(address(vault)) / 1_000 + 1));
    }

    /// @notice Quotes a random fill and does it in the same second.
    function compareFill() external {
        (uint256 i, uint256 j) = _pair();
        uint256 maxSell = _rand(3) == 0 ? _rand(10 ** (6 + _rand(24))) : type(uint256).max;
        PairQuote memory quote = lens.quoteFill(address(vault), i, j, maxSell);

        try vault.fill(i, j, maxSell, 0, type(uint256).max, vault.basketNonce(), "") returns (
            uint256 sold,
            uint256 paid
        ) {
            _check(quote.fillable, "the vault fills what the lens refuses");
            _check(quote.sold == sold && quote.paid == paid, "amounts of quote and fill differ");
            ++fills;
        } catch (bytes memory reason) {
            _check(!quote.fillable, "the vault refuses what the lens quotes");
            _check(quote.reason == bytes4(reason), "reasons of lens and vault differ");
            ++refusals;
        }
    }

    /// @notice Compares every figure of the lens that can be worked out from what the tokens and feeds were told.
    function compareViews() external {
        Nav memory nav = lens.nav(address(vault));
        (Weight[] memory weights, ) = lens.weights(address(vault));
        uint256 total; // D18{USD}
        uint256 sum; // {bps}
        for (uint256 i; i < nav.holdings.length; ++i) {
            Holding memory h = nav.holdings[i];
            _check(h.price == _coinOf(h.token).said, "the lens has another price than the feed said");
            // D18{USD} = {raw tokens} * D27{USD/tok} / 10^(decimals + 9)
            total += (h.holdings * h.price) / 10 ** (uint256(h.decimals) + 9);
            sum += weights[i].current;
        }
        _check(nav.total == total, "NAV is not the sum of its holdings");
        _check(nav.perShare == (total * 1e18) / vault.totalSupply(), "NAV per share is not NAV / supply");
        _check(sum + weights.length >= 10_000 && sum <= 10_000 + weights.length, "weights do not sum to 10,000");
    }

    /// @notice Mints and redeems, and compares what was pulled and paid with what the lens said.
    function comparePreviews() external {
        uint256 shares = 1 + _rand(vault.totalSupply());
        (uint256[] memory asked, uint256 feeShares, ) = lens.previewMint(address(vault), shares);
        uint256 supply = vault.totalSupply();
        try vault.mint(shares, address(this), new uint256[](0), 100, vault.basketNonce()) returns (
            uint256[] memory pulled
        ) {
            _check(_equal(asked, pulled), "previewed and pulled amounts differ");
            _check(vault.totalSupply() - supply <= shares + feeShares + 1, "more shares than previewed");
        } catch {
            return; // the vault is short of a token: nothing to compare
        }

        (uint256[] memory promised, , ) = lens.previewRedeem(address(vault), shares);
        (uint256[] memory paid, uint256 deferred) = vault.redeem(
            shares,
            address(this),
            address(this),
            new uint256[](0),
            0,
            vault.basketNonce()
        );
        if (deferred == 0) _check(_equal(promised, paid), "previewed and paid amounts differ");
    }

    /// @notice Makes one token hostile for a moment and asks for every view.
    function askWithHostileToken() external {
        HostileToken token = _coins[_rand(_coins.length)].token;
        token.setMode(_rand(2) == 0 ? HostileToken.Mode.BURN_ALL_GAS : HostileToken.Mode.SILENT_BALANCE);
        address v = address(vault);
        bytes[8] memory calls = [
            abi.encodeCall(IIndexLens.nav, (v)),
            abi.encodeCall(IIndexLens.weights, (v)),
            abi.encodeCall(IIndexLens.lots, (v)),
            abi.encodeCall(IIndexLens.quoteFill, (v, 0, 1, type(uint256).max)),
            abi.encodeCall(IIndexLens.health, (v)),
            abi.encodeCall(IIndexLens.promises, (v)),
            abi.encodeCall(IIndexLens.previewMint, (v, 1e18)),
            abi.encodeCall(IIndexLens.previewRedeem, (v, 1e18))
        ];
        for (uint256 k; k < calls.length; ++k) {
            (bool answered, ) = address(lens).staticcall{gas: 20_000_000}(calls[k]);
            _check(answered, "one hostile token stops a view");
        }
        token.setMode(HostileToken.Mode.HONEST);
    }

    /* INTERNAL */

    /// @dev A surplus and a deficit if there are any, or any two tokens.
    function _pair() private returns (uint256 i, uint256 j) {
        Lot[] memory lots = lens.lots(address(vault));
        (i, j) = (_rand(lots.length), _rand(lots.length));
        if (_rand(4) == 0) return (i, j);
        for (uint256 k; k < lots.length && lots[i].surplus == 0; ++k) i = (i + 1) % lots.length;
        for (uint256 k; k < lots.length && lots[j].deficit == 0; ++k) j = (j + 1) % lots.length;
    }

    function _limits() internal override returns (Limits memory limits) {
        limits = super._limits();
        limits.maxWeightChangeBps = 10_000;
    }

    /// @dev Random parts that sum to 10,000; some tokens go.
    function _riskWeights() private returns (uint256[] memory weights) {
        weights = new uint256[](vault.basketSize());
        uint256 left = 10_000;
        for (uint256 i; i + 1 < weights.length; ++i) {
            weights[i] = _rand(4) == 0 ? 0 : _rand((2 * left) / (weights.length - i) + 1);
            left -= weights[i];
        }
        weights[weights.length - 1] = left;
    }

    /// @dev Random cuts of everything but the destinations, which take the rest by their splits.
    function _deriskWeights() private returns (uint256[] memory weights) {
        Destination[] memory destinations = vault.destinations();
        (Weight[] memory current, ) = lens.weights(address(vault));
        weights = new uint256[](current.length);
        uint256 left = 10_000;
        for (uint256 i; i < weights.length; ++i) {
            if (_split(destinations, current[i].token) != 0) continue;
            weights[i] = _rand(4) == 0 ? 0 : _rand(current[i].current);
            left -= weights[i];
        }
        uint256 given;
        uint256 last;
        for (uint256 i; i < weights.length; ++i) {
            uint256 split = _split(destinations, current[i].token);
            if (split == 0) continue;
            weights[i] = (left * split) / 10_000;
            given += weights[i];
            last = i;
        }
        weights[last] += left - given;
    }

    function _split(Destination[] memory destinations, address token) private pure returns (uint256) {
        for (uint256 k; k < destinations.length; ++k) {
            if (destinations[k].token == token) return destinations[k].splitBps;
        }
        return 0;
    }

    function _equal(uint256[] memory a, uint256[] memory b) private pure returns (bool) {
        return keccak256(abi.encode(a)) == keccak256(abi.encode(b));
    }

    function _check(bool holds, string memory law) private {
        if (!holds && bytes(difference).length == 0) difference = law;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asset, Destination, Epoch, Lane, Target} from "../../contracts/types/VaultTypes.sol";
import {FillActions} from "./FillActions.sol";

/// @title KeeperActions
/// @notice A keeper who aims anywhere within the limits, on both lanes, and what anyone may do to an epoch.
abstract contract KeeperActions is FillActions {
    address[] private _add;
    address[] private _drop;
    mapping(address token => uint16) private _lastWeight; // {bps}
    bool private _greedy;

    function proposeRisk(uint256 seed) external action(seed) {
        _proposeRisk();
    }

    /// @dev One to three epochs of a thief, as soon after one another as he may: he aims as far away as he may, fills late
    /// in each curve, and dilutes in between.
    function plunder(uint256 seed) external action(seed) {
        _greedy = true;
        for (uint256 epochs = 1 + _rand(3); epochs > 0; --epochs) {
            if (_rand(6) == 0 ? _proposeDerisk() : _proposeRisk()) _plunderEpoch();
        }
        _greedy = false;
        _did("plunder");
    }

    function _plunderEpoch() private {
        uint256 curve = vault.limits().curveLength;
        for (uint256 k; k < 5 && block.timestamp < vault.epoch().closesAt; ++k) {
            uint256 choice = _rand(8);
            if (choice == 0) _mint(_actor(), 9 * vault.totalSupply());
            if (choice == 1) _redeemSome();
            if (choice == 2) _refresh();
            _fillSome();
            if (_rand(2) == 0) skip(_rand(curve / 2));
        }
    }

    /// @dev Records with the weights of the last proposal, which a cancelled epoch shows as 0.
    function _records() private view returns (Target[] memory records) {
        (Asset[] memory assets, , ) = vault.basket();
        records = vault.targets();
        for (uint256 i; i < records.length; ++i) records[i].weightBps = _lastWeight[assets[i].token];
    }

    function _redeemSome() private {
        address actor = _holder();
        if (vault.balanceOf(actor) != 0) _redeem(actor, 1 + _rand(vault.balanceOf(actor)), 0);
    }

    function _proposeRisk() internal returns (bool) {
        Epoch memory e = vault.epoch();
        uint256 readyAt = uint256(e.proposedAt) + vault.limits().cooldown;
        if (e.id != 0 && block.timestamp < readyAt && _rand(4) != 0) vm.warp(readyAt);
        _keepFresh();
        uint256[] memory weights = _riskWeights();
        Target[] memory before = _records();
        if (!_propose(weights, Lane.RISK)) return false;
        _did("proposeRisk");
        _checkProposal(before, Lane.RISK);
        return true;
    }

    function proposeDerisk(uint256 seed) external action(seed) {
        _proposeDerisk();
    }

    function _proposeDerisk() private returns (bool) {
        Epoch memory e = vault.epoch();
        uint256 readyAt = uint256(e.lastDeriskAt) + vault.limits().deriskPeriod;
        if (e.lastDeriskAt != 0 && block.timestamp < readyAt && _rand(3) == 0) vm.warp(readyAt);
        _keepFresh();
        uint256[] memory weights = _deriskWeights();
        Target[] memory before = _records();
        if (!_propose(weights, Lane.DERISK)) return false;
        _did("proposeDerisk");
        _checkProposal(before, Lane.DERISK);
        return true;
    }

    function refresh(uint256 seed) external action(seed) {
        _refresh();
    }

    function _refresh() private {
        Epoch memory e = vault.epoch();
        uint256 readyAt = uint256(e.refreshedAt) + 1 hours;
        if (block.timestamp < readyAt && readyAt < e.closesAt && _rand(4) != 0) vm.warp(readyAt);
        try vault.refreshTargets() {
            _did("refresh");
        } catch {}
    }

    function checkPrice(uint256 seed) external action(seed) {
        _checkAll();
    }

    function close(uint256 seed) external action(seed) {
        try vault.closeEpoch() {
            _did("close");
        } catch {}
    }

    function cancel(uint256 seed) external action(seed) {
        if (_rand(3) != 0) return;
        vm.prank(_rand(2) == 0 ? guardian : curator);
        try vault.cancelEpoch() {
            _did("cancel");
        } catch {}
    }

    /// @dev Announces a change, or applies the announced one when its time has come.
    function changeBasket(uint256 seed) external action(seed) {
        (bytes32 hash, uint40 appliesAt, ) = vault.pendingBasket();
        if (hash == 0) {
            (_add, _drop) = _someChange();
            if (_add.length + _drop.length != 0 && _proposeBasket(_add, _drop)) _did("proposeBasket");
            return;
        }
        Epoch memory e = vault.epoch();
        if (block.timestamp < appliesAt) vm.warp(appliesAt);
        if (block.timestamp < e.closesAt && _rand(2) == 0) vm.warp(e.closesAt);
        try vault.applyBasket(_add, _drop) {
            for (uint256 k; k < _drop.length; ++k) _lastWeight[_drop[k]] = 0;
            _did("applyBasket");
        } catch {}
    }

    /// @dev Adds a listed token from outside, drops one that has no units left.
    function _someChange() private returns (address[] memory add, address[] memory drop) {
        (Asset[] memory assets, uint256[] memory units, ) = vault.basket();
        address wanted;
        uint256 first = _rand(_coins.length);
        for (uint256 k; k < _coins.length && wanted == address(0); ++k) {
            address token = address(_coins[(first + k) % _coins.length].token);
            if (!_isInBasket(token)) wanted = token;
        }
        address unwanted;
        for (uint256 i; i < units.length; ++i) {
            if (units[i] == 0 && !_isDestination(assets[i].token)) unwanted = assets[i].token;
        }
        add = new address[](wanted != address(0) && assets.length < 12 ? 1 : 0);
        if (add.length != 0) add[0] = wanted;
        drop = new address[](unwanted != address(0) && _rand(2) == 0 ? 1 : 0);
        if (drop.length != 0) drop[0] = unwanted;
    }

    /* WEIGHTS */

    /// @dev {bps} where a proposal starts from: frozen tokens keep their last weights, the others share the rest by value.
    function _knownWeights() private returns (uint256[] memory weights) {
        _checkAll();
        (Asset[] memory assets, uint256[] memory units, ) = vault.basket();
        Target[] memory records = vault.targets();
        weights = new uint256[](assets.length);
        uint256 rest = 10_000;
        uint256 nav;
        for (uint256 i; i < weights.length; ++i) {
            if (records[i].freeze == 0) nav += _perShare(units[i], _coinOf(assets[i].token).said);
            else weights[i] = _lastWeight[assets[i].token];
            rest -= weights[i];
        }
        uint256 left = rest;
        uint256 largest = weights.length;
        for (uint256 i; i < weights.length; ++i) {
            if (records[i].freeze != 0) continue;
            weights[i] = nav == 0 ? 0 : (_perShare(units[i], _coinOf(assets[i].token).said) * rest) / nav;
            left -= weights[i];
            if (largest == weights.length || weights[i] > weights[largest]) largest = i;
        }
        if (largest < weights.length) weights[largest] += left;
    }

    function _checkAll() private {
        for (uint256 i = vault.basketSize(); i > 0; --i) if (vault.checkPrice(i - 1) != 0) _did("frozen");
    }

    /// @dev One to three shifts from one token to another, each as large as the vault allows at most.
    function _riskWeights() private returns (uint256[] memory weights) {
        weights = _knownWeights();
        uint256 most = vault.limits().maxWeightChangeBps;
        if (_greedy) return _furthest(weights, most);
        for (uint256 shifts = 1 + _rand(3); shifts > 0; --shifts) {
            uint256 from = _rand(weights.length);
            uint256 to = _rand(weights.length);
            uint256 amount = _rand(3) == 0 ? most : _rand(most + 1);
            if (amount > weights[from]) amount = weights[from];
            weights[from] -= amount;
            weights[to] += amount;
        }
        if (_rand(12) == 0) weights[_rand(weights.length)] += 1 + _rand(100); // no sum of 10,000: to be refused
    }

    /// @dev The most of the heaviest token into one other.
    function _furthest(uint256[] memory weights, uint256 most) private returns (uint256[] memory) {
        uint256 heaviest;
        for (uint256 i; i < weights.length; ++i) if (weights[i] > weights[heaviest]) heaviest = i;
        uint256 to = _rand(weights.length);
        uint256 amount = weights[heaviest] < most ? weights[heaviest] : most;
        weights[heaviest] -= amount;
        weights[to] += amount;
        return weights;
    }

    /// @dev A part of everything else goes to the destinations, by their split.
    function _deriskWeights() private returns (uint256[] memory weights) {
        (Asset[] memory assets, , ) = vault.basket();
        weights = _knownWeights();
        uint256 keep = _rand(4); // quarters
        uint256 moved = 10_000;
        for (uint256 i; i < weights.length; ++i) {
            bool isDestination = _isDestination(assets[i].token);
            // One less than the weight by rounding is never more than what the vault computes.
            weights[i] = isDestination || weights[i] == 0 ? 0 : ((weights[i] - 1) * keep) / 4;
            moved -= weights[i];
        }
        Destination[] memory list = vault.destinations();
        uint256 given;
        for (uint256 k; k < list.length; ++k) {
            uint256 part = k + 1 == list.length ? moved - given : (moved * list[k].splitBps) / 10_000;
            weights[_indexOf(assets, list[k].token)] = part;
            given += part;
        }
    }

    /// @dev What INV-08 is measured by.
    struct Book {
        Asset[] assets;
        uint256[] units;
        Target[] before;
        Target[] targets;
        uint256 nav; // D36{USD/share} of the tradable part
        uint256 tradableBps; // {bps}
        Lane lane;
    }

    /// @dev INV-08, in the scale of the tradable part; a frozen token is measured by its last weight.
    function _checkProposal(Target[] memory before, Lane lane) private {
        Book memory book;
        (book.assets, book.units, ) = vault.basket();
        (book.before, book.targets, book.lane) = (before, vault.targets(), lane);
        uint256 sum;
        for (uint256 i; i < book.units.length; ++i) {
            sum += book.targets[i].weightBps;
            if (book.targets[i].freeze != 0) continue;
            book.nav += _perShare(book.units[i], _coinOf(book.assets[i].token).said);
            book.tradableBps += book.targets[i].weightBps;
        }
        _check(sum == 10_000, "INV-08: weights sum to 10,000");
        for (uint256 i; i < book.units.length; ++i) {
            _checkWeight(book, i);
            _lastWeight[book.assets[i].token] = book.targets[i].weightBps;
        }
    }

    function _checkWeight(Book memory book, uint256 i) private {
        address token = book.assets[i].token;
        uint256 weight = book.targets[i].weightBps;
        bool isNew = book.before[i].price == 0 && book.units[i] == 0;
        uint256 current = book.before[i].weightBps;
        if (book.targets[i].freeze == 0) {
            current = (_perShare(book.units[i], _coinOf(token).said) * book.tradableBps) / book.nav;
        }
        if (book.lane == Lane.RISK) {
            uint256 most = isNew ? 500 : vault.limits().maxWeightChangeBps;
            uint256 change = weight > current ? weight - current : current - weight;
            _check(change <= most + 1, "INV-08: no weight changes by more than the largest change");
        } else {
            bool falls = weight <= current + 1 || _isDestination(token);
            _check(falls, "INV-08: DERISK raises nothing but its destinations");
        }
        uint256 cap = registry.tierMaxWeightBps(registry.assetConfig(token).tier);
        _check(weight <= cap || weight <= current + 1, "INV-08: no weight is raised above its cap");
    }

    function _isDestination(address token) internal view returns (bool) {
        Destination[] memory list = vault.destinations();
        for (uint256 k; k < list.length; ++k) if (list[k].token == token) return true;
        return false;
    }

    function _indexOf(Asset[] memory assets, address token) private pure returns (uint256 i) {
        while (assets[i].token != token) ++i;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {HookToken} from "../../contracts/mocks/HookToken.sol";
import {Amounts, CreditSupply, SignedUsage, UsageGroup} from "../../contracts/types/ServiceTypes.sol";
import {AccessPassWorld} from "../unit/services/AccessPassWorld.sol";

/// @title AccessPassHandler
/// @notice Five payers, two kinds of credits, trials and three assets; everything that anyone may call, with books beside
/// the contract. Receipts are kept and settled later, in any order, some of them more than once and some of them spoilt.
/// @dev An action never reverts: a broken law is kept in `violation`, so that a run shrinks to the sequence that broke it.
contract AccessPassHandler is AccessPassWorld {
    struct Signed {
        uint256 payer; // which of PAYERS
        uint256 id;
        uint256 asset;
        SignedUsage usage;
        uint256 signedBy; // 0 the account, 1 and 2 its keys, 3 a stranger
        bool settled;
    }

    uint256 internal constant PAYERS = 5;

    string public violation;
    mapping(bytes32 name => uint256 times) private _done;
    uint256 private _entropy;

    uint256[PAYERS] private _secrets;
    address[PAYERS] private _payers;
    uint256[4] private _ids = [1, 2, 3, TRIAL];
    uint256[3] private _assetIds = [uint256(0), 7, 8];
    Signed[] private _receipts;

    /* BOOKS */

    mapping(uint256 id => uint256 units) private _issued;
    mapping(uint256 id => uint256 units) private _used;
    mapping(uint256 id => uint256 units) private _expired;
    mapping(uint256 payer => mapping(uint256 id => uint256 units)) private _wallets;
    mapping(uint256 payer => mapping(uint256 id => uint256 units)) private _metered;
    mapping(uint256 payer => mapping(uint256 id => uint256 units)) private _noticed;
    mapping(uint256 payer => mapping(uint256 id => uint256 endsAt)) private _noticeEnds;
    mapping(uint256 payer => mapping(uint256 id => mapping(uint256 nonce => bool))) private _nonceUsed;
    mapping(uint256 payer => uint256[3] until) private _keysUntil; // of keys 1 and 2
    mapping(uint256 payer => uint256 key) private _named;
    mapping(address currency => uint256 amount) private _paid;
    mapping(address currency => uint256 amount) private _claimed;
    mapping(address currency => uint256 amount) private _given;

    constructor() {
        _setUpWorld();
        pass.setTrialCredits(40);
        _register(creator);
        for (uint256 i; i < PAYERS; ++i) {
            _secrets[i] = 0x9000 + i;
            _payers[i] = _payer(_secrets[i]);
            scores.setDiscount(_payers[i], uint16(1_250 * i));
        }
    }

    /// @dev Lets time pass, then acts, then looks at everything.
    modifier action(uint256 seed) {
        _entropy = uint256(keccak256(abi.encode(seed, block.timestamp, _receipts.length)));
        if (_rand(3) == 0) skip(_rand(9 hours));
        _;
        _checkLaws();
    }

    /* ACTIONS */

    function buy(uint256 seed) external action(seed) {
        for (uint256 k = _rand(3) + 1; k > 0; --k) {
            (uint256 i, uint256 j, uint256 id) = (_rand(PAYERS), _rand(PAYERS), _ids[_rand(3)]);
            HookToken currency = _rand(2) == 0 ? usdc : gim;
            uint256 units = 1 + _rand(_rand(2) == 0 ? 5 : 500);
            vm.prank(_payers[i]);
            try pass.buyCredits(id, units, address(currency), type(uint256).max, _payers[j]) returns (uint256 cost) {
                _paid[address(currency)] += cost;
                _issued[id] += units;
                _wallets[j][id] += units;
                _did("buy");
            } catch {
                Amounts memory price = pass.priceOf(id);
                _check((currency == usdc ? price.usdc : price.gim) == 0, "I-23: what has a price is sold");
            }
        }
    }

    function transfer(uint256 seed) external action(seed) {
        (uint256 i, uint256 j, uint256 id) = (_rand(PAYERS), _rand(PAYERS), _ids[_rand(4)]);
        uint256 units = _rand(_wallets[i][id] + 2);
        bool allowed = id != TRIAL && units <= _wallets[i][id];
        vm.prank(_payers[i]);
        try pass.safeTransferFrom(_payers[i], _payers[j], id, units, "") {
            _check(allowed, "I-23: only credits of a wallet are transferred");
            _wallets[i][id] -= units;
            _wallets[j][id] += units;
            _did("transfer");
        } catch {
            _check(!allowed, "I-23: who has credits in his wallet can transfer them");
        }
    }

    function load(uint256 seed) external action(seed) {
        for (uint256 k; k < 3; ++k) {
            (uint256 i, uint256 id) = _somebody(_hasWallet);
            uint256 units = _rand(4) == 0 ? _rand(_wallets[i][id] + 2) : _wallets[i][id];
            bool allowed = units != 0 && units <= _wallets[i][id];
            vm.prank(_payers[i]);
            try pass.load(id, units) {
                _check(allowed, "I-23: only what is in a wallet is loaded");
                _wallets[i][id] -= units;
                _metered[i][id] += units;
                _did("load");
            } catch {
                _check(!allowed, "I-23: what is in a wallet can be loaded");
            }
        }
    }

    function requestUnload(uint256 seed) external action(seed) {
        (uint256 i, uint256 id) = _somebody(_hasMeter);
        uint256 units = _rand(4) == 0 ? _rand(_metered[i][id] + 2) : _metered[i][id];
        vm.prank(_payers[i]);
        try pass.requestUnload(id, units) {
            _check(units <= _metered[i][id], "I-23: only what is in a meter is put in notice");
            _noticed[i][id] = units;
            _noticeEnds[i][id] = units == 0 ? 0 : block.timestamp + 1 days;
            if (units != 0) _did("requestUnload");
        } catch {
            _check(units > _metered[i][id], "I-23: what is in a meter can be put in notice");
        }
    }

    /// @dev Often in the last second of the notice, or in the first one after it.
    function unload(uint256 seed) external action(seed) {
        (uint256 i, uint256 id) = _somebody(_hasNotice);
        uint256 endsAt = _noticeEnds[i][id];
        if (endsAt > block.timestamp && _rand(2) == 0) vm.warp(endsAt - _rand(2));
        bool due = endsAt != 0 && block.timestamp >= endsAt;
        vm.prank(_payers[i]);
        try pass.unload(id) returns (uint256 units) {
            _check(due, "I-23: nothing leaves a meter before its notice is over");
            uint256 expected = Math.min(_noticed[i][id], _metered[i][id]);
            _check(units == expected, "I-23: what leaves a meter was in notice and is still there");
            (_noticed[i][id], _noticeEnds[i][id]) = (0, 0);
            _metered[i][id] -= expected;
            _wallets[i][id] += expected;
            if (expected != 0) _did("unload");
        } catch {
            _check(!due, "I-23: after its notice a meter gives back");
        }
    }

    function trial(uint256 seed) external action(seed) {
        uint256 i = _rand(PAYERS);
        if (_rand(2) == 0) {
            uint256 startedUntil = pass.trialEndsAt(_payers[i]);
            vm.prank(_payers[i]);
            try pass.startTrial() {
                _check(startedUntil == 0, "I-23: one trial an address");
                _issued[TRIAL] += 40;
                _metered[i][TRIAL] += 40;
                _did("startTrial");
            } catch {
                _check(startedUntil != 0, "I-23: a first trial begins");
            }
            return;
        }
        for (uint256 k; k < PAYERS && _metered[i][TRIAL] == 0; ++k) i = (i + 1) % PAYERS;
        uint256 endsAt = pass.trialEndsAt(_payers[i]);
        if (endsAt > block.timestamp && _rand(2) == 0) vm.warp(endsAt - _rand(2));
        bool due = block.timestamp >= endsAt && _metered[i][TRIAL] != 0;
        try pass.expireTrial(_payers[i]) {
            _check(due, "I-23: a trial that runs is not written off");
            _expired[TRIAL] += _metered[i][TRIAL];
            _metered[i][TRIAL] = 0;
            _did("expireTrial");
        } catch {
            _check(!due, "I-23: an ended trial can be written off");
        }
    }

    function setKey(uint256 seed) external action(seed) {
        (uint256 i, uint256 key, uint256 soonest) = (_rand(PAYERS), _rand(3), block.timestamp + 2 hours);
        uint256 until = key == 0 ? 0 : block.timestamp + 1 + _rand(3 days);
        vm.prank(_payers[i]);
        pass.setKey(key == 0 ? address(0) : vm.addr(_secrets[i] + 100 * key), uint48(until));
        uint256 previous = _named[i];
        if (previous != key) _keysUntil[i][previous] = Math.min(_keysUntil[i][previous], soonest);
        _keysUntil[i][key] = key == 0 ? 0 : Math.max(until, Math.min(_keysUntil[i][key], soonest));
        _named[i] = key;
        _did("setKey");
    }

    /// @dev Most can be settled; some nonces are far away or taken already, some signatures are of ended keys or strangers.
    function sign(uint256 seed) external action(seed) {
        for (uint256 k = _rand(6) + 1; k > 0; --k) {
            (uint256 i, uint256 id) = _somebody(_hasMeter);
            if (_rand(4) == 0) (i, id) = (_rand(PAYERS), TRIAL);
            uint256 by = _rand(6) == 0 ? 3 : _rand(2) * (_rand(2) == 0 ? _named[i] : _rand(3));
            uint256 nonce = _rand(5) == 0 ? _rand(2 ** 87) : _rand(300);
            uint256 units = _rand(8) == 0 ? _rand(600) : 1 + _rand(_metered[i][id] / 2 + 1);
            uint256 validUntil = _rand(4) == 0 ? block.timestamp + 1 + _rand(12 hours) : LATER;
            Signed storage receipt = _receipts.push();
            (receipt.payer, receipt.id, receipt.asset) = (i, id, _assetIds[_rand(3)]);
            receipt.signedBy = by;
            SignedUsage memory usage = SignedUsage(nonce, uint32(units), uint48(validUntil), 0, 0);
            bytes32 domain = _domain(block.chainid, address(pass));
            uint256 secret = by == 3 ? 0xbad : _secrets[i] + 100 * by;
            receipt.usage = _signFor(domain, secret, _payers[i], id, receipt.asset, usage);
        }
        _did("sign");
    }

    /// @dev A batch of receipts, new ones as a rule, the same one several times too: in a group of its own or twice in it.
    function settle(uint256 seed) external action(seed) {
        if (_receipts.length == 0) return;
        uint256 count = 1 + _rand(8);
        UsageGroup[] memory groups = new UsageGroup[](count);
        uint256 expected;
        uint256 last = _rand(_receipts.length);
        for (uint256 k; k < count; ++k) {
            uint256 first = _rand(4) == 0 ? last : _rand(_receipts.length);
            if (_rand(2) == 0) first = _receipts.length - 1 - _rand(Math.min(_receipts.length, 12));
            Signed storage receipt = _receipts[first];
            bool pair = _rand(3) == 0;
            groups[k] = UsageGroup(_payers[receipt.payer], receipt.id, receipt.asset, new SignedUsage[](pair ? 2 : 1));
            groups[k].receipts[0] = receipt.usage;
            if (pair) groups[k].receipts[1] = receipt.usage;
            if (_counts(receipt)) ++expected;
            last = first;
        }
        try pass.settle(groups) returns (uint256 settled) {
            _check(settled == expected, "I-23: a receipt counts once, when it is good, and stops no other");
            if (settled != 0) _did("settle");
            if (settled < count) _did("skip");
        } catch {
            _check(false, "I-23: no receipt stops a settlement");
        }
    }

    function cancel(uint256 seed) external action(seed) {
        if (_receipts.length == 0) return;
        Signed storage receipt = _receipts[_rand(_receipts.length)];
        (address account, uint256 id) = (_payers[receipt.payer], receipt.id);
        uint256 nonce = receipt.usage.nonce;
        bool used = _nonceUsed[receipt.payer][id][nonce];
        vm.startPrank(account);
        try pass.requestCancelNonce(id, nonce) {
            _check(!used, "I-23: a used nonce is not cancelled");
        } catch {
            _check(used, "I-23: an unused nonce can be put in notice");
        }
        if (_rand(2) == 0) skip(_rand(2 days));
        uint256 readyAt = pass.cancelReadyAt(account, id, nonce);
        bool due = !used && readyAt != 0 && block.timestamp >= readyAt;
        try pass.cancelNonce(id, nonce) {
            _check(due, "I-23: a nonce is cancelled after its notice");
            _nonceUsed[receipt.payer][id][nonce] = true;
            _did("cancel");
        } catch {
            _check(!due, "I-23: after its notice a nonce can be cancelled");
        }
        vm.stopPrank();
    }

    function claim(uint256 seed) external action(seed) {
        uint256 start = _rand(6);
        for (uint256 k; k < 6; ++k) {
            uint256 place = (start + k) % 6;
            HookToken currency = place % 2 == 0 ? usdc : gim;
            if (_claim(_assetIds[place / 2], currency)) return;
        }
    }

    function _claim(uint256 asset, HookToken currency) private returns (bool paid) {
        Amounts memory earned = pass.earnedOf(asset);
        uint256 due = currency == usdc ? earned.usdc : earned.gim;
        if (asset == 0) {
            try pass.flush(address(currency)) returns (uint256 amount) {
                _check(amount == due && due != 0, "I-23: the splitter gets what no asset earned");
                _did("flush");
                return true;
            } catch {
                _check(due == 0, "I-23: what no asset earned can be sent");
                return false;
            }
        }
        try pass.claimEarned(asset, address(currency)) returns (uint256 amount) {
            _check(amount == due && due != 0, "I-23: an asset gets what it earned");
            _claimed[address(currency)] += amount;
            _did("claim");
            return true;
        } catch {
            _check(due == 0, "I-23: what an asset earned can be claimed");
        }
    }

    function setTerms(uint256 seed) external action(seed) {
        if (_rand(4) == 0) pass.setAssetShare(uint16(_rand(4_001)));
        uint96 usdcPrice = _rand(6) == 0 ? 0 : uint96(100 + _rand(_rand(2) == 0 ? 1_000 : 1e6));
        uint96 gimPrice = _rand(6) == 0 ? 0 : uint96(100 + _rand(_rand(2) == 0 ? 1_000 : 1e18));
        pass.setCreditPrice(_ids[_rand(3)], usdcPrice, gimPrice);
        _did("setTerms");
    }

    function donate(uint256 seed) external action(seed) {
        HookToken currency = _rand(2) == 0 ? usdc : gim;
        uint256 amount = _rand(1e6);
        currency.mint(address(pass), amount);
        _given[address(currency)] += amount;
        _did("donate");
    }

    /* WHO ACTS */

    /// @dev A payer and his credits of which something holds, if it holds of any; most of them have nothing.
    function _somebody(function(uint256, uint256) view returns (bool) holds) private returns (uint256 i, uint256 id) {
        uint256 start = _rand(PAYERS * 3);
        for (uint256 k; k < PAYERS * 3; ++k) {
            uint256 place = (start + k) % (PAYERS * 3);
            (i, id) = (place / 3, _ids[place % 3]);
            if (holds(i, id)) return (i, id);
        }
    }

    function _hasWallet(uint256 i, uint256 id) private view returns (bool) {
        return _wallets[i][id] != 0;
    }

    function _hasMeter(uint256 i, uint256 id) private view returns (bool) {
        return _metered[i][id] != 0;
    }

    function _hasNotice(uint256 i, uint256 id) private view returns (bool) {
        return _noticeEnds[i][id] != 0;
    }

    /* WHAT IS TRUE */

    /// @dev Whether a receipt counts now; if so, the books take it.
    function _counts(Signed storage receipt) private returns (bool) {
        (uint256 i, uint256 id) = (receipt.payer, receipt.id);
        SignedUsage memory usage = receipt.usage;
        uint256 by = receipt.signedBy;
        if (_nonceUsed[i][id][usage.nonce] || block.timestamp >= usage.validUntil) return false;
        if (usage.units == 0 || usage.units > _metered[i][id] || by == 3) return false;
        if (by != 0 && block.timestamp >= _keysUntil[i][by]) return false;
        if (id == TRIAL && block.timestamp >= pass.trialEndsAt(_payers[i])) return false;
        _check(!receipt.settled, "I-23: a receipt settles once");
        receipt.settled = true;
        _nonceUsed[i][id][usage.nonce] = true;
        _metered[i][id] -= usage.units;
        _used[id] += usage.units;
        return true;
    }

    function _checkLaws() private {
        for (uint256 k; k < 4; ++k) {
            uint256 id = _ids[k];
            uint256 held;
            for (uint256 i; i < PAYERS; ++i) held += _checkAccount(i, id);
            CreditSupply memory supply = pass.supplyOf(id);
            _check(
                supply.issued == _issued[id] && supply.used == _used[id] && supply.expired == _expired[id],
                "I-23: credits are counted as they are issued, used and expire"
            );
            _check(supply.issued == supply.used + held + supply.expired, "I-23: issued = used + held + expired");
            _check(pass.outstandingOf(id) == held, "I-23: outstanding are those in wallets and meters");
            _checkPool(id, held);
        }
        _checkMoney(usdc);
        _checkMoney(gim);
    }

    /// @dev Units that an account holds.
    function _checkAccount(uint256 i, uint256 id) private returns (uint256 held) {
        address account = _payers[i];
        bool over = id == TRIAL && block.timestamp >= pass.trialEndsAt(account);
        uint256 metered = _metered[i][id];
        uint256 shown = over ? 0 : metered;
        _check(_meter(account, id) == shown, "I-23: a meter holds what was loaded less what was used and left");
        uint256 wallet = id == TRIAL ? shown : _wallets[i][id];
        _check(pass.balanceOf(account, id) == wallet, "I-23: a wallet holds what came less what went");
        return metered + _wallets[i][id];
    }

    /// @dev No pool is worth more a credit than two fifths of the basis, over both currencies.
    function _checkPool(uint256 id, uint256 held) private {
        Amounts memory pool = pass.poolOf(id);
        if (held == 0) {
            _check(pool.usdc == 0 && pool.gim == 0, "I-23: a pool that nobody has a credit of is empty");
            return;
        }
        Amounts memory basis = pass.basisOf(id);
        uint256 part = basis.usdc == 0 ? 0 : Math.mulDiv(pool.usdc, 1e30, basis.usdc);
        part += basis.gim == 0 ? 0 : Math.mulDiv(pool.gim, 1e30, basis.gim);
        _check(part <= held * 4e29, "I-23: a credit earns at most two fifths of its basis");
    }

    function _checkMoney(HookToken currency) private {
        bool isUsdc = currency == usdc;
        uint256 pools;
        uint256 earned;
        for (uint256 k; k < 3; ++k) {
            Amounts memory pool = pass.poolOf(_ids[k]);
            pools += isUsdc ? pool.usdc : pool.gim;
            Amounts memory due = pass.earnedOf(_assetIds[k]);
            earned += isUsdc ? due.usdc : due.gim;
        }
        uint256 claimed = _claimed[address(currency)];
        uint256 paid = _paid[address(currency)];
        _check(
            claimed + earned + pools + currency.balanceOf(splitter) == paid,
            "I-23: what was paid is earned, with the splitter, or in a pool"
        );
        _check(claimed * 5 <= paid * 2, "I-23: royalties paid <= fees received");
        _check(currency.balanceOf(creator) == claimed, "I-23: owners of assets get what was claimed");
        _check(
            currency.balanceOf(address(pass)) == earned + pools + _given[address(currency)],
            "I-23: the contract has what it owes"
        );
    }

    function _check(bool holds, string memory law) private {
        if (!holds && bytes(violation).length == 0) violation = law;
    }

    function _did(string memory name) private {
        ++_done[keccak256(bytes(name))];
    }

    /// @notice How often an action changed something.
    function times(string calldata name) external view returns (uint256) {
        return _done[keccak256(bytes(name))];
    }

    /// @dev Below `n`, from the seed of the action.
    function _rand(uint256 n) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % n;
    }
}

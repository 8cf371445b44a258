// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IScoreRegistry} from "../../../contracts/interfaces/governance/IScoreRegistry.sol";
import {HookToken} from "../../../contracts/mocks/HookToken.sol";
import {AccessPass} from "../../../contracts/services/AccessPass.sol";
import {StrategyRegistry} from "../../../contracts/services/StrategyRegistry.sol";
import {SignedUsage, StrategyKind, UsageGroup} from "../../../contracts/types/ServiceTypes.sol";
import {ScoresMock} from "./ScoresMock.sol";

/// @title AccessPassWorld
/// @notice A pass with prices, and payers who sign. What they sign is worked out here, not by the contract.
abstract contract AccessPassWorld is CommonBase, StdCheats {
    uint96 internal constant USDC_PRICE = 10_000; // {raw USDC} a cent
    uint96 internal constant GIM_PRICE = 1e17; // {GIM wei}
    uint256 internal constant TRIAL = 2_000;
    uint48 internal constant LATER = type(uint48).max;

    HookToken internal usdc;
    HookToken internal gim;
    ScoresMock internal scores;
    StrategyRegistry internal assets;
    AccessPass internal pass;
    address internal splitter = makeAddr("splitter");
    address internal creator = makeAddr("creator");

    function _setUpWorld() internal {
        vm.warp(2_900 weeks + 1 days);
        usdc = new HookToken("US Dollar", "USDC", 6);
        gim = new HookToken("Gimbal", "GIM", 18);
        scores = new ScoresMock();
        assets = new StrategyRegistry();
        pass = new AccessPass(
            IERC20(address(usdc)),
            IERC20(address(gim)),
            assets,
            IScoreRegistry(address(scores)),
            splitter,
            address(this),
            "ipfs://pass/{id}"
        );
        for (uint256 id = 1; id <= 4; ++id) pass.setCreditPrice(id, USDC_PRICE, GIM_PRICE);
        pass.setTrialCredits(50);
        for (uint256 id = 1; id <= 7; ++id) _register(creator);
    }

    /// @dev A data set of somebody's, with the next id.
    function _register(address owner) internal {
        vm.prank(owner);
        assets.register(StrategyKind.DATASET, "ipfs://data", keccak256("data"), 0, 0);
    }

    /* PAYERS */

    /// @dev Somebody with a key and as much money as he wants.
    function _payer(uint256 secret) internal returns (address account) {
        account = vm.addr(secret);
        usdc.mint(account, 1e18);
        gim.mint(account, 1e30);
        vm.startPrank(account);
        usdc.approve(address(pass), type(uint256).max);
        gim.approve(address(pass), type(uint256).max);
        vm.stopPrank();
    }

    function _buy(address account, uint256 id, uint256 units, address currency) internal returns (uint256) {
        vm.prank(account);
        return pass.buyCredits(id, units, currency, type(uint256).max, account);
    }

    function _load(address account, uint256 id, uint256 units) internal {
        vm.prank(account);
        pass.load(id, units);
    }

    function _buyAndLoad(address account, uint256 id, uint256 units) internal {
        _buy(account, id, units, address(usdc));
        _load(account, id, units);
    }

    /* RECEIPTS */

    function _domain(uint256 chainId, address verifier) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Gimbal AccessPass"),
                    keccak256("1"),
                    chainId,
                    verifier
                )
            );
    }

    function _signFor(
        bytes32 domain,
        uint256 secret,
        address account,
        uint256 id,
        uint256 asset,
        SignedUsage memory usage
    ) internal pure returns (SignedUsage memory) {
        bytes32 typehash = keccak256(
            "UsageReceipt(address account,uint256 id,uint256 asset,uint256 nonce,uint32 units,uint48 validUntil)"
        );
        bytes32 content = keccak256(
            abi.encode(typehash, account, id, asset, usage.nonce, usage.units, usage.validUntil)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, keccak256(abi.encodePacked(hex"1901", domain, content)));
        usage.r = r;
        usage.vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        return usage;
    }

    /// @dev A receipt for this chain and contract that does not end.
    function _sign(
        uint256 secret,
        address account,
        uint256 id,
        uint256 asset,
        uint256 nonce,
        uint256 units
    ) internal view returns (SignedUsage memory) {
        SignedUsage memory usage = SignedUsage(nonce, uint32(units), LATER, 0, 0);
        return _signFor(_domain(block.chainid, address(pass)), secret, account, id, asset, usage);
    }

    function _group(
        address account,
        uint256 id,
        uint256 asset,
        SignedUsage memory usage
    ) internal pure returns (UsageGroup[] memory groups) {
        groups = new UsageGroup[](1);
        groups[0] = UsageGroup(account, id, asset, new SignedUsage[](1));
        groups[0].receipts[0] = usage;
    }

    /// @dev Signs and settles one receipt. Whether it counted.
    function _use(uint256 secret, uint256 id, uint256 asset, uint256 nonce, uint256 units) internal returns (bool) {
        address account = vm.addr(secret);
        return pass.settle(_group(account, id, asset, _sign(secret, account, id, asset, nonce, units))) == 1;
    }

    function _meter(address account, uint256 id) internal view returns (uint256 units) {
        (units, , ) = pass.meterOf(account, id);
    }
}

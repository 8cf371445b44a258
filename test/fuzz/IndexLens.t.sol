// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {LensRun} from "./LensRun.sol";

/// @title IndexLensTest
/// @notice The lens against the vault itself, in random vaults of 2 to 7 tokens of 0 to 36 decimals.
contract IndexLensTest is Test {
    uint256 private constant RUNS = 24;
    uint256 private constant STEPS = 12;

    uint256 private _fills;
    uint256 private _refusals;

    function test_QuotesEqualFillsToTheWeiInFixedRuns() external {
        for (uint256 k; k < RUNS; ++k) _play(uint256(keccak256(abi.encode("lens", k))));
        // The runs must have been worth comparing.
        assertGe(_fills, 80, "too few fills");
        assertGe(_refusals, 200, "too few refusals");
    }

    /// hardhat-config: fuzz.runs = 16
    function testFuzz_QuotesEqualFillsToTheWei(uint256 seed) external {
        _play(seed);
    }

    function _play(uint256 seed) private {
        LensRun run = new LensRun(seed);
        run.compareViews();
        run.comparePreviews();
        if (run.open()) {
            for (uint256 step; step < STEPS; ++step) {
                run.disturb();
                run.compareFill();
                run.compareFill();
                if (step % 4 == 0) run.compareViews();
            }
            run.askWithHostileToken();
            run.comparePreviews();
        }
        assertEq(run.difference(), "", run.difference());
        _fills += run.fills();
        _refusals += run.refusals();
    }
}

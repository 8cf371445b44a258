// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title UniswapV3PoolMock
/// @notice What a price reader sees of a Uniswap V3 pool, with accumulators that can be set to anything. Real pools are
/// used wherever their behaviour matters; this one wraps around, lies about its tokens and answers nonsense.
contract UniswapV3PoolMock {
    uint256 public token0;
    uint256 public token1;
    int56[2] private _ticks;
    bytes private _answer;

    /// @notice Sets the tokens; words instead of addresses, so that they may be none.
    function setTokens(uint256 newToken0, uint256 newToken1) external {
        token0 = newToken0;
        token1 = newToken1;
    }

    /// @notice Sets the tick accumulators at the start and the end of every window.
    function setTicks(int56 older, int56 newer) external {
        _ticks = [older, newer];
    }

    /// @notice Sets raw bytes that `observe` returns instead; empty for none.
    function setAnswer(bytes calldata answer) external {
        _answer = answer;
    }

    /// @notice The accumulators, oldest first.
    function observe(uint32[] calldata) external view returns (int56[] memory ticks, uint160[] memory liquidity) {
        bytes memory answer = _answer;
        if (answer.length != 0) {
            assembly ("memory-safe") {
                return(add(answer, 0x20), mload(answer))
            }
        }
        ticks = new int56[](2);
        (ticks[0], ticks[1]) = (_ticks[0], _ticks[1]);
        liquidity = new uint160[](2);
    }
}

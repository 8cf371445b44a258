// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title TickMath
/// @notice Square root prices of Uniswap ticks: the algorithm of Uniswap (MIT in v4-core) for Solidity 0.8.
library TickMath {
    /// @dev log base 1.0001 of 2^128.
    uint256 internal constant MAX_TICK = 887272;

    /// @dev sqrt(1.0001^tick) as Q64.96, rounded up. The caller has checked |tick| <= MAX_TICK.
    function sqrtRatioAtTick(int256 tick) internal pure returns (uint256) {
        // Every factor is below 2^128 and the running product at most 2^128: no product exceeds 256 bits.
        unchecked {
            uint256 absolute = uint256(tick < 0 ? -tick : tick);
            uint256 ratio = absolute & 0x1 != 0 ? 0xfffcb933bd6fad37aa2d162d1a594001 : 1 << 128; // Q128.128
            if (absolute & 0x2 != 0) ratio = (ratio * 0xfff97272373d413259a46990580e213a) >> 128;
            if (absolute & 0x4 != 0) ratio = (ratio * 0xfff2e50f5f656932ef12357cf3c7fdcc) >> 128;
            if (absolute & 0x8 != 0) ratio = (ratio * 0xffe5caca7e10e4e61c3624eaa0941cd0) >> 128;
            if (absolute & 0x10 != 0) ratio = (ratio * 0xffcb9843d60f6159c9db58835c926644) >> 128;
            if (absolute & 0x20 != 0) ratio = (ratio * 0xff973b41fa98c081472e6896dfb254c0) >> 128;
            if (absolute & 0x40 != 0) ratio = (ratio * 0xff2ea16466c96a3843ec78b326b52861) >> 128;
            if (absolute & 0x80 != 0) ratio = (ratio * 0xfe5dee046a99a2a811c461f1969c3053) >> 128;
            if (absolute & 0x100 != 0) ratio = (ratio * 0xfcbe86c7900a88aedcffc83b479aa3a4) >> 128;
            if (absolute & 0x200 != 0) ratio = (ratio * 0xf987a7253ac413176f2b074cf7815e54) >> 128;
            if (absolute & 0x400 != 0) ratio = (ratio * 0xf3392b0822b70005940c7a398e4b70f3) >> 128;
            if (absolute & 0x800 != 0) ratio = (ratio * 0xe7159475a2c29b7443b29c7fa6e889d9) >> 128;
            if (absolute & 0x1000 != 0) ratio = (ratio * 0xd097f3bdfd2022b8845ad8f792aa5825) >> 128;
            if (absolute & 0x2000 != 0) ratio = (ratio * 0xa9f746462d870fdf8a65dc1f90e061e5) >> 128;
            if (absolute & 0x4000 != 0) ratio = (ratio * 0x70d869a156d2a1b890bb3df62baf32f7) >> 128;
            if (absolute & 0x8000 != 0) ratio = (ratio * 0x31be135f97d08fd981231505542fcfa6) >> 128;
            if (absolute & 0x10000 != 0) ratio = (ratio * 0x9aa508b5b7a84e1c677de54f3e99bc9) >> 128;
            if (absolute & 0x20000 != 0) ratio = (ratio * 0x5d6af8dedb81196699c329225ee604) >> 128;
            if (absolute & 0x40000 != 0) ratio = (ratio * 0x2216e584f5fa1ea926041bedfe98) >> 128;
            if (absolute & 0x80000 != 0) ratio = (ratio * 0x48a170391f7dc42444e8fa2) >> 128;
            if (tick > 0) ratio = type(uint256).max / ratio;

            // Q128.128 to Q64.96, rounded up as Uniswap does
            return (ratio >> 32) + (ratio & 0xffffffff == 0 ? 0 : 1);
        }
    }
}

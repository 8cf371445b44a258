// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title TokenCalls
/// @notice The vault's three ways to talk to a token. None of them reverts, and none reads more than 32 bytes of what
/// the token returns, so that no token can make a call fail by how it answers.
/// @dev Arguments are laid out by hand: OpenZeppelin's SafeERC20 reverts on failure, forwards all gas and copies all
/// returndata, each of which would let one token block an exit.
library TokenCalls {
    /// @dev Balance of this contract, 0 when the token does not answer properly.
    function ownBalance(address token) internal view returns (uint256 amount) {
        assembly ("memory-safe") {
            mstore(0x14, address())
            mstore(0x00, 0x70a08231000000000000000000000000) // balanceOf(address)
            let ok := staticcall(gas(), token, 0x10, 0x24, 0x20, 0x20)
            amount := mul(mload(0x20), and(ok, gt(returndatasize(), 0x1f)))
        }
    }

    /// @dev balanceOf(account) with at most `gasCap` gas. `ok` is false when the call fails or returns fewer than 32
    /// bytes.
    function balanceOf(address token, address account, uint256 gasCap) internal view returns (bool ok, uint256 amount) {
        assembly ("memory-safe") {
            mstore(0x14, account)
            mstore(0x00, 0x70a08231000000000000000000000000) // balanceOf(address)
            ok := staticcall(gasCap, token, 0x10, 0x24, 0x20, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            amount := mul(mload(0x20), ok)
        }
    }

    /// @dev transferFrom(from, to, amount). True when the call succeeds and returns nothing or true.
    /// Callers check a balance afterwards, which also catches an address without code.
    function pull(address token, address from, address to, uint256 amount) internal returns (bool ok) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0x23b872dd00000000000000000000000000000000000000000000000000000000) // transferFrom
            mstore(add(m, 0x04), from)
            mstore(add(m, 0x24), to)
            mstore(add(m, 0x44), amount)
            mstore(0x00, 0)
            ok := call(gas(), token, 0, m, 0x64, 0x00, 0x20)
            // Fewer than 32 bytes leave the zero above in place, at least in its last byte.
            ok := and(ok, or(iszero(returndatasize()), eq(mload(0x00), 1)))
        }
    }

    /// @dev transfer(to, amount) with at most `gasCap` gas. True when the call succeeds and returns true, or returns
    /// nothing and the token has code.
    function push(address token, address to, uint256 amount, uint256 gasCap) internal returns (bool ok) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0xa9059cbb00000000000000000000000000000000000000000000000000000000) // transfer
            mstore(add(m, 0x04), to)
            mstore(add(m, 0x24), amount)
            mstore(0x00, 0)
            ok := call(gasCap, token, 0, m, 0x44, 0x00, 0x20)
            switch returndatasize()
            case 0 {
                ok := and(ok, gt(extcodesize(token), 0))
            }
            default {
                ok := and(ok, eq(mload(0x00), 1))
            }
        }
    }
}

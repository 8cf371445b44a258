// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title HostileToken
/// @notice A token that misbehaves in every way that tokens are known to, one way at a time. Anyone mints, takes away
/// and switches. Local chains only.
contract HostileToken {
    enum Mode {
        HONEST,
        PAUSED, // transfers revert
        BLOCKLIST, // transfers to or from `blocked` revert
        FALSE_RETURN, // moves nothing and returns false
        NO_RETURN, // moves and returns nothing
        BURN_GAS, // transfers burn all gas
        BURN_ALL_GAS, // balance reads too
        RETURN_BOMB, // moves nothing and returns 60 kB of zeros
        REVERT_BOMB, // reverts with 60 kB
        REENTRANT, // moves, then calls `target` with every payload
        FEE, // takes 1% of what is moved
        SILENT_BALANCE, // balance reads revert, transfers work
        LYING_RETURN // moves and returns false
    }

    /// @notice Thrown when a balance does not cover a transfer.
    error HostileToken_BalanceTooSmall(uint256 balance, uint256 amount);
    /// @notice Thrown when an allowance does not cover a transfer.
    error HostileToken_AllowanceTooSmall(uint256 allowance, uint256 amount);
    /// @notice Thrown by transfers while the token refuses them.
    error HostileToken_Refused();

    /// @notice Emitted for every transfer.
    event Transfer(address indexed from, address indexed to, uint256 amount);

    string public name = "Hostile";
    string public symbol = "HSTL";
    uint256 private constant BOMB = 60_000; // {bytes}

    uint8 public immutable decimals;
    Mode public mode;
    address public blocked;
    address public target;
    bytes[] private _payloads;
    uint256 public attempts; // {1} calls made into `target`
    uint256 public reentries; // {1} of them that succeeded
    uint256 public totalSupply; // {raw tokens}
    mapping(address account => uint256) private _balances;
    mapping(address account => mapping(address spender => uint256)) public allowance;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    /// @notice Mints `amount` {raw tokens} to `receiver`.
    function mint(address receiver, uint256 amount) external {
        _balances[receiver] += amount;
        totalSupply += amount;
        emit Transfer(address(0), receiver, amount);
    }

    /// @notice Takes `amount` {raw tokens} from `account`, as a negative rebase or a slashing does.
    function take(address account, uint256 amount) external {
        _balances[account] -= amount;
        totalSupply -= amount;
        emit Transfer(account, address(0), amount);
    }

    /// @notice Sets how the token behaves from now on.
    function setMode(Mode newMode) external {
        mode = newMode;
    }

    /// @notice Sets the account that BLOCKLIST refuses.
    function setBlocked(address account) external {
        blocked = account;
    }

    /// @notice Sets what REENTRANT calls in every transfer.
    function setHook(address newTarget, bytes[] calldata payloads) external {
        target = newTarget;
        delete _payloads;
        for (uint256 k; k < payloads.length; ++k) _payloads.push(payloads[k]);
    }

    /// @notice Allows `spender` to move `amount` {raw tokens}.
    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    /// @notice Moves `amount` {raw tokens} to `to`, or does what the mode says.
    function transfer(address to, uint256 amount) external returns (bool) {
        return _answer(_move(msg.sender, to, amount));
    }

    /// @notice Moves `amount` {raw tokens} of `from` to `to`, or does what the mode says.
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        uint256 current = allowance[from][msg.sender];
        require(current >= amount, HostileToken_AllowanceTooSmall(current, amount));
        if (current != type(uint256).max) allowance[from][msg.sender] = current - amount;
        return _answer(_move(from, to, amount));
    }

    /// @notice {raw tokens} that `account` really has, whatever the mode says about it.
    function books(address account) external view returns (uint256) {
        return _balances[account];
    }

    /// @notice {raw tokens} of `account`, unless the mode keeps it from being read.
    function balanceOf(address account) external view returns (uint256) {
        if (mode == Mode.BURN_ALL_GAS) _burnGas();
        require(mode != Mode.SILENT_BALANCE, HostileToken_Refused());
        return _balances[account];
    }

    /// @dev Whether the caller is told that it worked.
    function _move(address from, address to, uint256 amount) private returns (bool) {
        Mode current = mode;
        if (current == Mode.FALSE_RETURN || current == Mode.RETURN_BOMB) return false;
        if (current == Mode.BURN_GAS || current == Mode.BURN_ALL_GAS) _burnGas();
        if (current == Mode.REVERT_BOMB) _revertWithBomb();
        bool refused = current == Mode.PAUSED || (current == Mode.BLOCKLIST && (from == blocked || to == blocked));
        require(!refused, HostileToken_Refused());

        uint256 balance = _balances[from];
        require(balance >= amount, HostileToken_BalanceTooSmall(balance, amount));
        uint256 fee = current == Mode.FEE ? (amount + 99) / 100 : 0;
        _balances[from] = balance - amount;
        _balances[to] += amount - fee;
        totalSupply -= fee;
        emit Transfer(from, to, amount - fee);
        if (current == Mode.REENTRANT) _callTarget();
        return current != Mode.LYING_RETURN;
    }

    function _answer(bool worked) private view returns (bool) {
        if (mode == Mode.NO_RETURN) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        if (mode == Mode.RETURN_BOMB) {
            assembly ("memory-safe") {
                return(mload(0x40), BOMB)
            }
        }
        return worked;
    }

    function _callTarget() private {
        for (uint256 k; k < _payloads.length; ++k) {
            (bool worked, ) = target.call(_payloads[k]);
            ++attempts;
            if (worked) ++reentries;
        }
    }

    function _burnGas() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function _revertWithBomb() private pure {
        assembly ("memory-safe") {
            revert(mload(0x40), BOMB)
        }
    }
}

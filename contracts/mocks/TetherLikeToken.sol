// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title TetherLikeToken
/// @notice Behaves like USDT on mainnet: transfers and approvals return nothing, an approval must go through zero, and
/// the owner can switch on a fee on transfers. Anyone mints. Local chains only.
contract TetherLikeToken {
    string public name = "Tether-like token";
    string public symbol = "TLT";
    uint8 public decimals = 6;

    mapping(address account => uint256) public balanceOf;
    mapping(address account => mapping(address spender => uint256)) public allowance;
    uint256 public totalSupply;
    uint256 public feeBps; // {bps of the amount sent}

    error TetherLikeToken_ApprovalNotZeroFirst(uint256 current);
    error TetherLikeToken_BalanceTooSmall(uint256 balance, uint256 amount);
    error TetherLikeToken_AllowanceTooSmall(uint256 current, uint256 amount);

    event Transfer(address indexed from, address indexed to, uint256 amount);
    event Approval(address indexed owner, address indexed spender, uint256 amount);

    /// @notice Mints `amount` {raw tokens} to `receiver`.
    function mint(address receiver, uint256 amount) external {
        totalSupply += amount;
        balanceOf[receiver] += amount;
        emit Transfer(address(0), receiver, amount);
    }

    /// @notice Sets the fee that every transfer burns. {bps}
    function setFee(uint256 newFeeBps) external {
        feeBps = newFeeBps;
    }

    /// @notice Sends `amount` {raw tokens}; returns nothing.
    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    /// @notice Sends `amount` {raw tokens} of `from`; returns nothing.
    function transferFrom(address from, address to, uint256 amount) external {
        uint256 current = allowance[from][msg.sender];
        require(current >= amount, TetherLikeToken_AllowanceTooSmall(current, amount));
        if (current != type(uint256).max) allowance[from][msg.sender] = current - amount;
        _move(from, to, amount);
    }

    /// @notice Approves `amount` {raw tokens}, which must be zero when the allowance is not; returns nothing.
    function approve(address spender, uint256 amount) external {
        uint256 current = allowance[msg.sender][spender];
        require(amount == 0 || current == 0, TetherLikeToken_ApprovalNotZeroFirst(current));
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
    }

    function _move(address from, address to, uint256 amount) internal {
        uint256 balance = balanceOf[from];
        require(balance >= amount, TetherLikeToken_BalanceTooSmall(balance, amount));
        uint256 fee = (amount * feeBps) / 10_000;
        balanceOf[from] = balance - amount;
        balanceOf[to] += amount - fee;
        totalSupply -= fee;
        emit Transfer(from, to, amount - fee);
    }
}

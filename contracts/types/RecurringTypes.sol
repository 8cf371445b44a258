// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What an order of a plan does.
enum OrderKind {
    DEPOSIT, // requests a deposit of a sum of cash
    WITHDRAW_SUM, // requests a redemption of shares worth a sum of cash
    WITHDRAW_PART // requests a redemption of a part of the owner's shares
}

/// @dev Time between two orders. A month is a calendar month, on the day of the first order or, where a month has no
/// such day, on its last.
enum Period {
    ONE_WEEK,
    TWO_WEEKS,
    FOUR_WEEKS,
    MONTH
}

/// @dev What an owner asks for.
struct NewPlan {
    address batchDepositor; // of an index, made by the batch factory
    OrderKind kind;
    Period period;
    uint40 start; // {s} first order; 0 = now
    uint16 lastDay; // {day} since 1970, UTC; no order after it; 0 = no end
    uint16 orders; // number of orders after which the plan ends; 0 = no limit
    uint64 amount; // {raw cash} an order; WITHDRAW_PART: {bps} of the owner's shares
    uint32 tipCap; // {raw cash} most that an executor gets for an order
}

/// @dev A plan as it is kept, in two slots; an order writes the first.
struct Plan {
    address owner; // 0: there is no such plan, or no more
    uint40 next; // {s} when the next order is due
    uint16 ordersLeft; // number of orders; 0 = no limit
    OrderKind kind;
    Period period;
    uint8 day; // {day} of the month that the first order fell on, 1 to 31
    uint16 lastDay; // {day} since 1970; 0 = no end
    // second slot
    address batchDepositor;
    uint64 amount; // {raw cash} or {bps}
    uint32 tipCap; // {raw cash}
}

/// @dev One index in a purchase of several.
struct DepositRequest {
    address batchDepositor;
    uint256 assets; // {raw cash}
}

/// @dev Which plans to look at; `checkData` is its encoding.
struct RecurringCheck {
    uint256 first; // {1} id of the first plan looked at; ids begin at 1
    uint256 count; // number of plans looked at
    uint256 most; // number of orders that one transaction may carry
    uint256 maxGas; // {gas} that they may take together
    uint256 minTip; // {raw cash} orders that pay less are left to others
}

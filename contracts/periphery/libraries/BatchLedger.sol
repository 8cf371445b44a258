// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Batch} from "../../interfaces/IBatchDepositor.sol";
import {Ledger, Outcome, Requests, Side} from "../../types/BatchTypes.sol";

/// @title BatchLedger
/// @notice Windows of batches, and what each request became.
/// @dev Nothing is written for a request when its batch is opened, filled or over: a request's part follows from the
/// totals of its batch, rounded down, and is counted when its owner next files or claims. No loop over requests exists.
/// Sums: for each side, the parts of all requests are at most the total, and less by under one unit a request.
library BatchLedger {
    uint256 internal constant PERIOD = 1 days; // {s} between two windows
    uint256 internal constant WINDOW = 4 hours; // {s} length of a window
    uint256 internal constant LOCK = 30 minutes; // {s} before a window, without requests and cancellations

    /* TIME */

    /// @dev The first batch whose window opens at least `LOCK` from now.
    function collecting() internal view returns (uint256) {
        return (block.timestamp + LOCK + PERIOD - 1) / PERIOD;
    }

    function isInWindow(uint256 batch) internal view returns (bool) {
        return block.timestamp / PERIOD == batch && block.timestamp % PERIOD < WINDOW;
    }

    /// @dev Whether the parts of one side's requests can change no more: the window is over, or all was exchanged.
    function isOver(Batch storage b, uint256 batch, Side side) internal view returns (bool) {
        if (block.timestamp >= batch * PERIOD + WINDOW) return true;
        if (b.openedAt == 0) return false;
        return side == Side.DEPOSIT ? b.assetsSpent == b.assets : b.sharesSpent == b.shares;
    }

    /* REQUESTS */

    /// @dev Adds a request to the batch that takes requests. An older one makes room: it moves back one place, and
    /// what was there is two batches old, so it is over.
    function file(
        Ledger storage ledger,
        mapping(uint256 => Batch) storage batches,
        Side side,
        uint256 batch,
        uint256 amount
    ) internal {
        Requests storage r = ledger.requests;
        (uint96 latest, uint32 latestBatch) = (r.amount, r.batch);
        // Casts: the caller keeps a batch's total, and so every amount, within 96 bits; days fit 32.
        if (latestBatch == batch) {
            r.amount = latest + uint96(amount);
            return;
        }
        if (r.earlierAmount != 0) {
            Outcome memory o = ledger.outcome;
            _count(o, batches[r.earlierBatch], side, r.earlierAmount);
            ledger.outcome = o;
        }
        ledger.requests = Requests(uint96(amount), uint32(batch), latest, latestBatch);
    }

    /// @dev Takes a request out of the batch that takes requests. 0 when there is none.
    function cancel(Ledger storage ledger, uint256 batch) internal returns (uint256 amount) {
        Requests memory r = ledger.requests;
        if (r.batch != batch) return 0;
        amount = r.amount;
        r.amount = 0;
        ledger.requests = r;
    }

    /// @dev Counts the requests that are over. What they became is returned and NOT written: the caller writes what it
    /// does not pay out.
    function collect(
        Ledger storage ledger,
        mapping(uint256 => Batch) storage batches,
        Side side
    ) internal returns (Outcome memory o) {
        Requests memory r = ledger.requests;
        o = ledger.outcome;
        if (_advance(r, o, batches, side)) ledger.requests = r;
    }

    /// @dev The same without writing; `r` holds the requests that are still pending.
    function peek(
        Ledger storage ledger,
        mapping(uint256 => Batch) storage batches,
        Side side
    ) internal view returns (Requests memory r, Outcome memory o) {
        r = ledger.requests;
        o = ledger.outcome;
        _advance(r, o, batches, side);
    }

    /// @dev Request of a controller in one batch, 0 when there is none or it was counted.
    function amountIn(Ledger storage ledger, uint256 batch) internal view returns (uint256) {
        Requests memory r = ledger.requests;
        if (r.batch == batch) return r.amount;
        return r.earlierBatch == batch ? r.earlierAmount : 0;
    }

    /// @dev {raw cash} or {share wei} of a request that was exchanged.
    function exchanged(Batch storage b, Side side, uint256 amount) internal view returns (uint256) {
        Outcome memory o;
        _count(o, b, side, amount);
        return side == Side.DEPOSIT ? o.assets : o.shares;
    }

    /* INTERNAL */

    function _advance(
        Requests memory r,
        Outcome memory o,
        mapping(uint256 => Batch) storage batches,
        Side side
    ) private view returns (bool changed) {
        if (r.earlierAmount != 0 && isOver(batches[r.earlierBatch], r.earlierBatch, side)) {
            _count(o, batches[r.earlierBatch], side, r.earlierAmount);
            (r.earlierAmount, r.earlierBatch) = (0, 0);
            changed = true;
        }
        if (r.amount != 0 && isOver(batches[r.batch], r.batch, side)) {
            _count(o, batches[r.batch], side, r.amount);
            (r.amount, r.batch) = (0, 0);
            changed = true;
        }
    }

    /// @dev Adds a request's part of its batch to an outcome. Each part is rounded down.
    /// Products are below 2^192. Parts are at most the totals of real tokens, which fit their fields; sums are checked.
    function _count(Outcome memory o, Batch storage b, Side side, uint256 amount) private view {
        if (side == Side.DEPOSIT) {
            uint256 total = b.assets; // not 0: the request is part of it
            o.shares += uint96((amount * b.sharesBought) / total);
            o.assets += uint64((amount * b.assetsSpent) / total);
            o.refund += uint96((amount * (total - b.assetsSpent)) / total);
        } else {
            uint256 total = b.shares; // not 0: the request is part of it
            o.shares += uint96((amount * b.sharesSpent) / total);
            o.assets += uint64((amount * b.assetsBought) / total);
            o.refund += uint96((amount * (total - b.sharesSpent)) / total);
        }
    }
}

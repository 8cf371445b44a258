// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";

/// @title INavFeed
/// @notice Price of one share of one vault in US dollars, in the shape of a Chainlink feed, for lenders.
/// @dev `latestRoundData` answers D8{USD/share}, `updatedAt` {s} is the time of the oldest feed that the answer rests
/// on, and the round is the second of the call: every answer is worked out anew, so there is no other round to ask for.
/// Requirements of `latestRoundData`: the vault is not in the middle of a call; every token that the shares stand for
/// has a price and a balance that can be read; a share is worth at least 1e-8 USD.
interface INavFeed is AggregatorV3Interface {
    /// @notice Whose shares are priced.
    function vault() external view returns (address);

    /// @notice Where the prices come from.
    function registry() external view returns (IAssetRegistry);
}

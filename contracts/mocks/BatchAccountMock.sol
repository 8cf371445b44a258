// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC7821} from "@openzeppelin/contracts/account/extensions/draft-ERC7821.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";

/// @title BatchAccountMock
/// @notice What a key delegates to (EIP-7702) so that it sends several calls as one: all of them happen, or none
/// (ERC-7821). Only the account itself may ask for it.
contract BatchAccountMock is ERC7821, ERC721Holder {
    /// @notice An account that can be paid.
    receive() external payable {}
}

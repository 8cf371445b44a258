// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IEarningSource} from "../interfaces/services/IEarningSource.sol";

/// @title EarningSourceMock
/// @notice Owes assets what it holds, and can be told to fail. Local chains only.
contract EarningSourceMock is IEarningSource {
    /// @notice Thrown when the source was told to refuse, or owes nothing.
    error EarningSourceMock_Refused();

    IERC721 public immutable registry;
    bool public refuses;
    mapping(uint256 asset => mapping(address currency => uint256)) public earned; // {raw currency}

    constructor(IERC721 newRegistry) {
        registry = newRegistry;
    }

    /// @notice Sets whether claims fail from now on.
    function setRefuses(bool newRefuses) external {
        refuses = newRefuses;
    }

    /// @notice Adds to what an asset earned; the tokens are sent here apart. {raw currency}
    function credit(uint256 asset, address currency, uint256 amount) external {
        earned[asset][currency] += amount;
    }

    /// @inheritdoc IEarningSource
    function claimEarned(uint256 asset, address currency) external {
        uint256 amount = earned[asset][currency];
        require(!refuses && amount != 0, EarningSourceMock_Refused());
        earned[asset][currency] = 0;
        IERC20(currency).transfer(registry.ownerOf(asset), amount);
    }
}

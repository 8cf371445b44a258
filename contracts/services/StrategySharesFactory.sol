// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibClone} from "solady/src/utils/LibClone.sol";
import {IEarningSource} from "../interfaces/services/IEarningSource.sol";
import {IStrategyRegistry} from "../interfaces/services/IStrategyRegistry.sol";
import {IStrategyShares} from "../interfaces/services/IStrategyShares.sol";
import {IStrategySharesFactory} from "../interfaces/services/IStrategySharesFactory.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {LockTerms} from "../types/ServiceTypes.sol";
import {StrategyShares} from "./StrategyShares.sol";

/// @title StrategySharesFactory
/// @notice Locks tokens of the registry and issues shares of them.
///
/// lock() -> a clone of StrategyShares with its terms in its code, the token in it, all shares with the locker
///
/// @dev
/// BOUNDS
/// - At least one whole share, so that rounding is dust; at most 10^18, so that products fit (see StrategyShares).
/// - A reserve price is never 0. One that nobody will ever pay means no buy-out.
///
/// ROLES
/// - Nobody owns this contract. Registry, currencies and the source of earnings are fixed at deployment.
contract StrategySharesFactory is IStrategySharesFactory {
    /* CONSTANTS */

    /// @notice {share wei}
    uint256 public constant MIN_SUPPLY = 1e18;
    /// @notice {share wei}
    uint256 public constant MAX_SUPPLY = 1e36;
    /// @notice {raw currency}
    uint256 public constant MAX_RESERVE = type(uint128).max;
    /// @notice {bytes} of name and of symbol.
    uint256 public constant MAX_NAME = 64;

    /* STORAGE */

    /// @inheritdoc IStrategySharesFactory
    address public immutable implementation;
    /// @inheritdoc IStrategySharesFactory
    IStrategyRegistry public immutable registry;
    /// @inheritdoc IStrategySharesFactory
    address public immutable usdc;
    /// @inheritdoc IStrategySharesFactory
    address public immutable gim;
    /// @inheritdoc IStrategySharesFactory
    mapping(address account => bool) public isShares;
    /// @inheritdoc IStrategySharesFactory
    mapping(uint256 id => address) public sharesOf;
    address[] private _list;

    /* CONSTRUCTOR */

    /// @param newAccessPass what pays assets for their use; 0 = none.
    constructor(IStrategyRegistry newRegistry, address newUsdc, address newGim, IEarningSource newAccessPass) {
        _requireCode(address(newRegistry));
        _requireCode(newUsdc);
        _requireCode(newGim);
        if (address(newAccessPass) != address(0)) _requireCode(address(newAccessPass));

        registry = newRegistry;
        usdc = newUsdc;
        gim = newGim;
        implementation = address(new StrategyShares(newRegistry, newUsdc, newGim, newAccessPass));
    }

    /* LOCKING */

    /// @inheritdoc IStrategySharesFactory
    /// @dev Not guarded: nothing of anybody else runs in it.
    function lock(
        uint256 id,
        string calldata name,
        string calldata symbol,
        uint256 supply,
        uint256 reservePrice,
        address currency
    ) external returns (address shares) {
        _requireName(name);
        _requireName(symbol);
        require(
            supply >= MIN_SUPPLY && supply <= MAX_SUPPLY,
            ServiceErrors.StrategySharesFactory_SupplyInvalid(supply, MIN_SUPPLY, MAX_SUPPLY)
        );
        require(
            reservePrice != 0 && reservePrice <= MAX_RESERVE,
            ServiceErrors.StrategySharesFactory_ReserveInvalid(reservePrice, MAX_RESERVE)
        );
        require(currency == usdc || currency == gim, ServiceErrors.StrategySharesFactory_CurrencyInvalid(currency));

        // A second of 48 bits: they last 8 million years.
        uint48 lockedAt = uint48(block.timestamp);
        shares = _clone(LockTerms(id, supply, reservePrice, currency, msg.sender, lockedAt, name, symbol));
        isShares[shares] = true;
        sharesOf[id] = shares;
        _list.push(shares);

        emit SharesCreated(shares, id, msg.sender, supply, reservePrice, currency);
        registry.transferFrom(msg.sender, shares, id);
        IStrategyShares(shares).initialize();
    }

    /* VIEWS */

    /// @inheritdoc IStrategySharesFactory
    function sharesCount() external view returns (uint256) {
        return _list.length;
    }

    /// @inheritdoc IStrategySharesFactory
    function sharesList(uint256 from, uint256 count) external view returns (address[] memory list) {
        uint256 start = Math.min(from, _list.length);
        list = new address[](Math.min(count, _list.length - start));
        for (uint256 i; i < list.length; ++i) list[i] = _list[start + i];
    }

    /* INTERNAL */

    function _clone(LockTerms memory terms) private returns (address) {
        return LibClone.clone(implementation, abi.encode(terms));
    }

    function _requireName(string calldata text) private pure {
        uint256 length = bytes(text).length;
        require(length != 0 && length <= MAX_NAME, ServiceErrors.StrategySharesFactory_NameInvalid(text, MAX_NAME));
    }

    function _requireCode(address account) private view {
        require(account.code.length != 0, ServiceErrors.StrategySharesFactory_AddressInvalid(account));
    }
}

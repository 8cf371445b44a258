// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIndexFactory} from "../../contracts/interfaces/IIndexFactory.sol";
import {IIndexVault} from "../../contracts/interfaces/IIndexVault.sol";
import {GradeLib} from "../../contracts/libraries/GradeLib.sol";
import {ServiceErrors} from "../../contracts/libraries/ServiceErrors.sol";
import {GradeBook} from "../../contracts/services/GradeBook.sol";
import {Grade} from "../../contracts/types/ServiceTypes.sol";
import {Epoch} from "../../contracts/types/VaultTypes.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Stands for factory and vaults, so that any hash can be the decision of any epoch.
contract GradeBookTest is Test {
    uint256 private constant MAX_LEAVES = 40;

    GradeBook private book;
    address private vault;
    address private twin;
    Epoch private present;

    function setUp() external {
        book = new GradeBook(IIndexFactory(address(this)));
        (vault, twin) = (address(this), address(new Twin()));
    }

    /* WHAT THE BOOK READS */

    function isIndex(address account) external view returns (bool) {
        return account == vault || account == twin;
    }

    function epoch() external view returns (Epoch memory) {
        return present;
    }

    /* LAWS */

    function testFuzz_everyGradeOfATreeIsBelievedAndNoOtherOne(
        uint256 seed,
        uint256 size,
        uint256 place,
        uint32 id,
        bytes32 contentHash
    ) external {
        id = uint32(bound(id, 1, type(uint32).max - 1));
        Grade[] memory grades = _grades(seed, bound(size, 1, MAX_LEAVES));
        place = bound(place, 0, grades.length - 1);
        bytes32[] memory proof = _decide(id, contentHash, grades, place);
        Grade memory grade = grades[place];

        book.verifyGrade(vault, id, contentHash, grade, proof);
        _refuseChanges(id, contentHash, grade, proof, seed);
    }

    function testFuzz_whatIsRememberedStaysAsItWas(uint32 id, uint32 later, bytes32 first, bytes32 second) external {
        vm.assume(first != 0 && second != 0);
        id = uint32(bound(id, 1, type(uint32).max - 1));
        later = uint32(bound(later, id + 1, type(uint32).max));
        (present.id, present.decisionHash) = (id, first);
        book.remember(vault);
        (present.id, present.decisionHash) = (later, second);
        assertEq(book.decisionOf(vault, id), first, "a remembered decision stays");
        assertEq(book.decisionOf(vault, later), second, "the present one is read");
        book.remember(vault);
        assertEq(book.decisionOf(vault, id), first, "each epoch for itself");

        // Even a vault that went back could not change what was written down.
        (present.id, present.decisionHash) = (id, second);
        book.remember(vault);
        assertEq(book.decisionOf(vault, id), first, "what is written down is never written again");
    }

    /* ONE CHANGE EACH */

    function _refuseChanges(
        uint32 id,
        bytes32 contentHash,
        Grade memory grade,
        bytes32[] memory proof,
        uint256 seed
    ) private {
        Grade memory other = Grade(grade.token, grade.traderBps, grade.investorBps);
        other.token = address(uint160(grade.token) ^ uint160(1 << (seed % 160)));
        _refuse(vault, id, contentHash, other, proof);
        other.token = grade.token;
        other.traderBps = grade.traderBps ^ uint16(1 << (seed % 16));
        _refuse(vault, id, contentHash, other, proof);
        other.traderBps = grade.traderBps;
        other.investorBps = grade.investorBps ^ uint16(1 << (seed % 16));
        _refuse(vault, id, contentHash, other, proof);
        _refuse(vault, id, contentHash ^ bytes32(1 << (seed % 256)), grade, proof);

        // The same decision, as that of another vault, of another epoch and of another chain.
        _refuse(twin, id, contentHash, grade, proof);
        present.id = id + 1;
        _refuse(vault, id + 1, contentHash, grade, proof);
        present.id = id;
        uint256 chainId = block.chainid;
        vm.chainId(chainId + 1 + (seed % 1000));
        _refuse(vault, id, contentHash, grade, proof);
        vm.chainId(chainId);

        _refuse(vault, id, contentHash, grade, _longer(proof, bytes32(seed)));
        if (proof.length == 0) return;
        uint256 place = seed % proof.length;
        _refuse(vault, id, contentHash, grade, _without(proof, place));
        proof[place] ^= bytes32(1 << (seed % 256));
        _refuse(vault, id, contentHash, grade, proof);
        proof[place] ^= bytes32(1 << (seed % 256));
        book.verifyGrade(vault, id, contentHash, grade, proof);
    }

    function _refuse(address of_, uint32 id, bytes32 contentHash, Grade memory grade, bytes32[] memory proof) private {
        vm.expectRevert(abi.encodeWithSelector(ServiceErrors.GradeBook_ProofInvalid.selector, of_, id, grade.token));
        book.verifyGrade(of_, id, contentHash, grade, proof);
    }

    /* TREES */

    function _grades(uint256 seed, uint256 size) private pure returns (Grade[] memory grades) {
        grades = new Grade[](size);
        for (uint256 i; i < size; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            grades[i] = Grade(address(uint160(word)), uint16(word >> 160), uint16(word >> 176));
        }
    }

    /// @dev Makes a tree the present decision of the vault. @return proof of the leaf `place`.
    function _decide(
        uint32 id,
        bytes32 contentHash,
        Grade[] memory grades,
        uint256 place
    ) private returns (bytes32[] memory proof) {
        uint256 size = grades.length;
        bytes32[] memory nodes = new bytes32[](2 * size - 1);
        for (uint256 i; i < size; ++i) {
            nodes[2 * size - 2 - i] = GradeLib.leafOf(block.chainid, vault, id, grades[i]);
        }
        for (uint256 i = size - 1; i > 0; --i) nodes[i - 1] = _pair(nodes[2 * i - 1], nodes[2 * i]);
        (present.id, present.decisionHash) = (id, GradeLib.decisionHashOf(contentHash, nodes[0]));

        uint256 node = 2 * size - 2 - place;
        while (node > 0) {
            proof = _longer(proof, nodes[node % 2 == 0 ? node - 1 : node + 1]);
            node = (node - 1) / 2;
        }
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function _longer(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = last;
    }

    function _without(bytes32[] memory list, uint256 place) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](list.length - 1);
        for (uint256 i; i < shorter.length; ++i) shorter[i] = list[i < place ? i : i + 1];
    }
}

/// @notice Another vault that carries the very same decision.
contract Twin {
    IIndexVault private immutable first = IIndexVault(msg.sender);

    function epoch() external view returns (Epoch memory) {
        return first.epoch();
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IIndexFactory} from "../interfaces/IIndexFactory.sol";
import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {IGradeBook} from "../interfaces/services/IGradeBook.sol";
import {GradeLib} from "../libraries/GradeLib.sol";
import {ServiceErrors} from "../libraries/ServiceErrors.sol";
import {Grade} from "../types/ServiceTypes.sol";
import {Epoch} from "../types/VaultTypes.sol";

/// @title GradeBook
/// @notice A token's grade of an epoch, proven against the decision that the vault carries.
///
/// vault.proposeWeights() -> verifyGrade() while the epoch is the newest, or remember() -> verifyGrade() for ever
///
/// @dev
/// TRUST
/// - No owner, no upgrade, no funds, no parameters. It believes indices of the factory, whose code is known, and nobody
///   else: a contract that only looks like a vault could tell another hash at every call.
/// - A proof says that m of n signers of the vault signed this grade. Anyone may create an index with signers of his
///   own, so whoever acts upon a grade chooses the vault.
///
/// PROOFS
/// - Chain, vault and epoch are part of each leaf, so a proof is good for one decision even where two decisions are
///   equal in everything else.
/// - Leaves are hashed twice, and longer than two hashes: an inner node is no leaf, and no leaf an inner node.
/// - The content's hash comes first and the root second, in this order, so that neither can stand in for the other.
///
/// MEMORY
/// - A vault keeps its newest decision only. An epoch's decision never changes, so what is remembered is what the vault
///   would still tell.
contract GradeBook is IGradeBook {
    /// @inheritdoc IGradeBook
    IIndexFactory public immutable factory;

    mapping(address vault => mapping(uint32 epoch => bytes32 decisionHash)) private _remembered;

    constructor(IIndexFactory newFactory) {
        require(address(newFactory).code.length != 0, ServiceErrors.GradeBook_FactoryInvalid(address(newFactory)));
        factory = newFactory;
    }

    /// @inheritdoc IGradeBook
    function remember(address vault) external returns (uint32 epoch, bytes32 decisionHash) {
        (epoch, decisionHash) = _present(vault);
        require(decisionHash != 0, ServiceErrors.GradeBook_NoDecision(vault));
        if (_remembered[vault][epoch] != 0) return (epoch, decisionHash);

        _remembered[vault][epoch] = decisionHash;

        emit DecisionRemembered(vault, epoch, decisionHash);
    }

    /// @inheritdoc IGradeBook
    function verifyGrade(
        address vault,
        uint32 epoch,
        bytes32 contentHash,
        Grade calldata grade,
        bytes32[] calldata proof
    ) external view {
        bytes32 decisionHash = decisionOf(vault, epoch);
        require(decisionHash != 0, ServiceErrors.GradeBook_DecisionUnknown(vault, epoch));

        bytes32 leaf = GradeLib.leafOf(block.chainid, vault, epoch, grade);
        bytes32 root = MerkleProof.processProofCalldata(proof, leaf);
        require(
            GradeLib.decisionHashOf(contentHash, root) == decisionHash,
            ServiceErrors.GradeBook_ProofInvalid(vault, epoch, grade.token)
        );
    }

    /// @inheritdoc IGradeBook
    function decisionOf(address vault, uint32 epoch) public view returns (bytes32 decisionHash) {
        decisionHash = _remembered[vault][epoch];
        if (decisionHash != 0) return decisionHash;

        (uint32 presentEpoch, bytes32 presentHash) = _present(vault);
        if (epoch == presentEpoch) decisionHash = presentHash;
    }

    function _present(address vault) private view returns (uint32 epoch, bytes32 decisionHash) {
        require(factory.isIndex(vault), ServiceErrors.GradeBook_NotIndex(vault));
        Epoch memory present = IIndexVault(vault).epoch();
        (epoch, decisionHash) = (present.id, present.decisionHash);
    }
}

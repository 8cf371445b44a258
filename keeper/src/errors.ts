/** Base of every failure that the keeper can explain. `code` is stable; `shortMessage` says what happened and what to do. */
export abstract class KeeperError extends Error {
  abstract readonly code: string;
  readonly shortMessage: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(shortMessage: string, details: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    const lines = Object.entries(details).map(([key, value]) => `  ${key}: ${value}`);
    super([shortMessage, ...lines].join("\n"), options);
    this.name = new.target.name;
    this.shortMessage = shortMessage;
    this.details = details;
  }
}

/** A configuration value is missing or out of range. */
export class ConfigError extends KeeperError {
  readonly code = "CONFIG_INVALID";
}

/** A data folder is missing or does not have the expected layout. */
export class DataFolderError extends KeeperError {
  readonly code = "DATA_FOLDER_INVALID";
}

/** A market data provider did not answer usefully. */
export class DataSourceError extends KeeperError {
  readonly code = "DATA_SOURCE_FAILED";
}

/** A data point is declared wrongly, looks into the future, or is asked for outside the panel. */
export class FeatureError extends KeeperError {
  readonly code = "FEATURE_INVALID";
}

/** Nothing usable is known about an asset at the decision's time. */
export class UnknownAssetError extends KeeperError {
  readonly code = "ASSET_UNKNOWN";
}

/** A stored input is missing, or its content does not match its hash. */
export class SnapshotError extends KeeperError {
  readonly code = "SNAPSHOT_INVALID";
}

/** A model cannot be fitted, restored or asked with what it was given. */
export class ModelError extends KeeperError {
  readonly code = "MODEL_INVALID";
}

/** Weights that fulfil every limit do not exist. */
export class WeightsError extends KeeperError {
  readonly code = "WEIGHTS_INFEASIBLE";
}

/** The vault's state makes no sense to decide upon. */
export class VaultStateError extends KeeperError {
  readonly code = "VAULT_STATE_INVALID";
}

/** A recomputed decision differs from its record, or the record from the chain. */
export class VerificationError extends KeeperError {
  readonly code = "VERIFICATION_FAILED";
}

/** The journal is used wrongly or by somebody else. */
export class JournalError extends KeeperError {
  readonly code = "JOURNAL_INVALID";
}

/** The disk has no room for the journal. What is not written down is not sent; with room again the keeper goes on. */
export class JournalFullError extends KeeperError {
  readonly code = "JOURNAL_FULL";
}

/** Another transaction of the account holds the nonce. The next one is tried. */
export class NonceTakenError extends KeeperError {
  readonly code = "NONCE_TAKEN";
}

/** The keeper was asked to stop while it was waiting. Nothing is lost: the next run goes on. */
export class StoppedError extends KeeperError {
  readonly code = "STOPPED";
}

/** Another keeper took over what this one was doing. It stops; nothing is lost. */
export class FenceLostError extends KeeperError {
  readonly code = "FENCE_LOST";
}

/** A transaction costs more than the configuration allows. It is tried again later. */
export class FeeCeilingError extends KeeperError {
  readonly code = "FEE_ABOVE_CEILING";
}

/** The account that pays for gas holds too little. Nothing was signed; it is tried again later. */
export class InsufficientFundsError extends KeeperError {
  readonly code = "INSUFFICIENT_FUNDS";
}

/** A keystore cannot be made or read: wrong password, wrong file, or a file that others may read. */
export class KeystoreError extends KeeperError {
  readonly code = "KEYSTORE_INVALID";
}

/** A remote signer is down, slow, or refuses. Nothing was signed; it is tried again later. */
export class SignerUnavailableError extends KeeperError {
  readonly code = "SIGNER_UNAVAILABLE";
}

/** A remote signer answered with something else than what it was asked to sign, or for another account. Nothing is sent. */
export class SignerMismatchError extends KeeperError {
  readonly code = "SIGNER_MISMATCH";
}

/** Something was to be signed where nothing may be signed, as in a dry run. */
export class SigningForbiddenError extends KeeperError {
  readonly code = "SIGNING_FORBIDDEN";
}

/** The private endpoint did not take a transaction. It is sent nowhere else; tried again later. */
export class PrivateEndpointError extends KeeperError {
  readonly code = "PRIVATE_ENDPOINT_FAILED";
}

/** The account that pays for gas reached its cap of the day. Nothing was signed; it is tried again when there is room. */
export class SpendingCapError extends KeeperError {
  readonly code = "SPENDING_CAP";
}

/** A transaction was not mined in time. The journal remembers it; the next run goes on with it. */
export class TransactionStuckError extends KeeperError {
  readonly code = "TRANSACTION_STUCK";
}

/** Fewer of the vault's signers are at hand than it asks for. */
export class SignaturesMissingError extends KeeperError {
  readonly code = "SIGNATURES_MISSING";
}

/** The node speaks for another chain than the one configured. */
export class WrongChainError extends KeeperError {
  readonly code = "WRONG_CHAIN";
}

/** A webhook did not take a message. The alert is sent again later; the webhook's address is a secret and not told. */
export class AlertError extends KeeperError {
  readonly code = "ALERT_NOT_SENT";
}

/** Too few nodes can be believed. Nothing is decided; it is tried again in the next round. */
export class NodeUntrustedError extends KeeperError {
  readonly code = "NODE_UNTRUSTED";
}

/** The nodes tell different histories. Nothing is decided; it is tried again in the next round. */
export class NodesDisagreeError extends KeeperError {
  readonly code = "NODES_DISAGREE";
}

/** This machine's clock and those of the nodes differ too much to tell what is old. Nothing is decided. */
export class ClockSkewError extends KeeperError {
  readonly code = "CLOCK_SKEW";
}

/** A simulated vault refuses a proposal for the reason its contract would. */
export class ProposalRefusedError extends KeeperError {
  readonly code = "PROPOSAL_REFUSED";
}

/** A backtest was asked for something that it cannot do. */
export class BacktestError extends KeeperError {
  readonly code = "BACKTEST_INVALID";
}

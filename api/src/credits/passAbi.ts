import { parseAbi } from "viem";

/** What the API reads and sends of IAccessPass. */
export const accessPassAbi = parseAbi([
  "struct SignedUsage { uint256 nonce; uint32 units; uint48 validUntil; bytes32 r; bytes32 vs; }",
  "struct UsageGroup { address account; uint256 id; uint256 asset; SignedUsage[] receipts; }",
  "struct Plan { uint96 usdcPrice; uint96 gimPrice; uint32 services; uint32 creditsPerDay; }",
  "function settle(UsageGroup[] groups) returns (uint256 settled)",
  "function meterOf(address account, uint256 id) view returns (uint256 units, uint256 noticeUnits, uint256 noticeEndsAt)",
  "function isNonceUsed(address account, uint256 id, uint256 nonce) view returns (bool)",
  "function cancelReadyAt(address account, uint256 id, uint256 nonce) view returns (uint256)",
  "function keyOf(address account) view returns (address key, uint256 until)",
  "function keyUntil(address account, address key) view returns (uint256)",
  "function planOf(uint256 plan) view returns (Plan)",
  "function planCount() view returns (uint256)",
  "function planEndsAt(address account, uint256 plan) view returns (uint256)",
  "function trialEndsAt(address account) view returns (uint256)",
  "event ReceiptSkipped(address indexed account, uint256 indexed id, uint256 nonce, uint8 reason)",
  "event NonceCancelled(address indexed account, uint256 indexed id, uint256 nonce)",
]);

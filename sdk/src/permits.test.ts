import { expect } from "chai";
import {
  concat,
  encodeAbiParameters,
  type Hex,
  hashTypedData,
  keccak256,
  recoverAddress,
  serializeSignature,
  stringToHex,
  toHex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  PERMIT2_ADDRESS,
  permit2TypedData,
  permitTypedData,
  recoverableSignature,
  signPermit,
  signPermit2,
  splitSignature,
} from "./permits.ts";

const account = privateKeyToAccount(toHex(1, { size: 32 }));
const token = "0x00000000000000000000000000000000000000A1";
const spender = "0x00000000000000000000000000000000000000b2";
const permit = {
  chainId: 1,
  token,
  name: "USD Coin",
  version: "2",
  owner: account.address,
  spender,
  value: 5n,
  nonce: 3n,
  deadline: 9n,
} as const;
const transfer = { chainId: 1, token, amount: 5n, spender, nonce: 3n, deadline: 9n } as const;

function hashWords(types: string[], values: unknown[]): Hex {
  return keccak256(
    encodeAbiParameters(
      types.map((type) => ({ type })),
      values,
    ),
  );
}

describe("sdk permits", () => {
  it("signs ERC-2612 permits that recover to the owner", async () => {
    const { v, r, s, deadline } = await signPermit(account, permit);
    const hash = hashTypedData(permitTypedData(permit));
    const signature = serializeSignature({ r, s, v: BigInt(v) });
    expect(await recoverAddress({ hash, signature })).to.equal(account.address);
    expect([v === 27 || v === 28, deadline]).to.deep.equal([true, 9n]);
    expect(splitSignature(signature)).to.deep.equal({ v, r, s });
  });

  it("ends a signature as contracts take it, and leaves those of other accounts alone", () => {
    const body = toHex(1, { size: 64 });
    const endings = ["0x00", "0x01", "0x1b", "0x1c"] as const;
    expect(endings.map((end) => recoverableSignature(concat([body, end])))).to.deep.equal([
      ...["0x1b", "0x1c", "0x1b", "0x1c"].map((end) => concat([body, end as Hex])),
    ]);
    for (const other of ["0x", "0x00", body, concat([body, "0x0001"])] as const) {
      expect(recoverableSignature(other)).to.equal(other);
    }
  });

  it("splits a signature that ends in the parity alone, and refuses one that is none", () => {
    const [r, s] = [toHex(1, { size: 32 }), toHex(2, { size: 32 })] as const;
    for (const [last, v] of [
      ["00", 27],
      ["01", 28],
      ["1b", 27],
      ["1c", 28],
    ] as const) {
      expect(splitSignature(concat([r, s, `0x${last}` as const])), last).to.deep.equal({ v, r, s });
    }
    for (const wrong of [concat([r, s, "0x02"]), concat([r, s]), concat([r, s, "0x1b", "0x1b"])]) {
      expect(() => splitSignature(wrong), wrong).to.throw("must be 65 bytes");
    }
  });

  it("signs Permit2 transfers under Permit2's own domain, which has no version", async () => {
    const { signature, nonce, deadline } = await signPermit2(account, transfer);
    const domainType = "EIP712Domain(string name,uint256 chainId,address verifyingContract)";
    const permissionsType = "TokenPermissions(address token,uint256 amount)";
    const transferType = `PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)${permissionsType}`;
    const typeHash = (type: string): Hex => keccak256(stringToHex(type));
    const domain = hashWords(
      ["bytes32", "bytes32", "uint256", "address"],
      [typeHash(domainType), typeHash("Permit2"), 1n, PERMIT2_ADDRESS],
    );
    const permissions = hashWords(["bytes32", "address", "uint256"], [typeHash(permissionsType), token, 5n]);
    const message = hashWords(
      ["bytes32", "bytes32", "address", "uint256", "uint256"],
      [typeHash(transferType), permissions, spender, 3n, 9n],
    );
    const hash = keccak256(`0x1901${domain.slice(2)}${message.slice(2)}`);

    expect(hashTypedData(permit2TypedData(transfer))).to.equal(hash);
    expect(await recoverAddress({ hash, signature })).to.equal(account.address);
    expect([nonce, deadline]).to.deep.equal([3n, 9n]);
  });
});

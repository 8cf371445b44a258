import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Abi, type Address, encodeErrorResult, getAddress, type Hex, RpcRequestError, toHex } from "viem";
import { errorsAbi } from "../abis/errors.ts";
import { CallFailedError, ContractError, decodeContractError, decodeRevertData } from "./contract.ts";
import { sentences } from "./sentences.ts";

type AbiError = Extract<Abi[number], { type: "error" }>;

const USDC = { symbol: "USDC", decimals: 6 };
const TOKEN = getAddress("0x00000000000000000000000000000000000000aa");

function sampleArgs(error: AbiError): unknown[] {
  return error.inputs.map(({ type }) => {
    if (type === "address") return TOKEN;
    if (/^bytes\d/.test(type)) return toHex(1, { size: Number(type.slice(5)) });
    if (type === "string") return "riskDelay";
    if (type === "bytes") return "0xabcd";
    if (type === "bool") return true;
    return Number(type.replace(/\D/g, "")) <= 48 ? 7 : 1_700_000_000n;
  });
}

function encode(error: AbiError): Hex {
  return encodeErrorResult({ abi: [error], errorName: error.name, args: sampleArgs(error) });
}

describe("sdk errors", () => {
  it("has a sentence for every error that the contracts declare, and for nothing else", () => {
    const libraries = join(import.meta.dirname, "../../../contracts/libraries");
    const source = ["Errors.sol", "GovernanceErrors.sol", "ServiceErrors.sol"]
      .map((file) => readFileSync(join(libraries, file), "utf8"))
      .join("\n");
    const declared = [...source.matchAll(/^\s*error (\w+)\(/gm)].map(([, name]) => name);
    expect(declared.length).to.be.greaterThan(40);
    expect(Object.keys(sentences).sort()).to.include.members(declared.sort());
    expect(Object.keys(sentences).sort()).to.deep.equal(errorsAbi.map(({ name }) => name).sort());
  });

  for (const error of errorsAbi) {
    it(`decodes ${error.name} to a sentence without jargon`, () => {
      const decoded = decodeRevertData(encode(error), { tokenOf: () => USDC });
      expect(decoded).to.be.instanceOf(ContractError);
      expect(decoded.errorName).to.equal(error.name);
      expect(decoded.args).to.deep.equal(sampleArgs(error));
      expect(decoded.docsPath).to.equal(`/errors#${error.name}`);
      expect(decoded.shortMessage).to.match(/^[\w$].*\.$/);
      expect(decoded.shortMessage).not.to.match(/undefined|NaN|_|\[object/);
    });
  }

  it("names tokens when it knows them, and writes shares of a whole as percentages", () => {
    const data = encodeErrorResult({
      abi: errorsAbi,
      errorName: "IndexVault_WeightAboveCap",
      args: [TOKEN, 7_050n, 5_000n],
    });
    const tokenOf = (token: Address) => (token === TOKEN ? { symbol: "WBTC", decimals: 8 } : undefined);
    expect(decodeRevertData(data, { tokenOf }).shortMessage).to.equal(
      "WBTC would be 70.5% of the index, above its cap of 50%.",
    );
    expect(decodeRevertData(data).shortMessage).to.include(TOKEN);
  });

  it("writes amounts in whole tokens when it knows the decimals, and prices to six digits", () => {
    const slippage = encodeErrorResult({
      abi: errorsAbi,
      errorName: "IndexVault_Slippage",
      args: [TOKEN, 1_500_000n, 1_400_000n],
    });
    expect(decodeRevertData(slippage, { tokenOf: () => USDC }).shortMessage).to.include("1.5 USDC");
    expect(decodeRevertData(slippage).shortMessage).to.include(`1500000 units of ${TOKEN}`);
    const band = encodeErrorResult({
      abi: errorsAbi,
      errorName: "IndexVault_PriceOutOfBand",
      args: [TOKEN, 1_234_567_891n * 10n ** 21n, 1n * 10n ** 21n],
    });
    expect(decodeRevertData(band).shortMessage).to.include("$1,234.57, too far from $0.000001 ");
  });

  it("finds revert data under several layers of causes", () => {
    const data = encode(errorsAbi[0]);
    const rpc = new RpcRequestError({ body: {}, url: "http://node", error: { code: 3, message: "reverted", data } });
    const outer = new Error("outer", { cause: new Error("middle", { cause: rpc }) });
    expect((decodeContractError(outer) as ContractError).errorName).to.equal(errorsAbi[0].name);
  });

  it("says that the contract gave no reason when revert data is empty", () => {
    expect(decodeRevertData("0x").shortMessage).to.include("without saying why");
  });

  it("keeps the selector of an error that it does not know", () => {
    expect(decodeRevertData("0xdeadbeef").shortMessage).to.include("0xdeadbeef");
  });

  it("reports a failure before the contract as a failed call, and its own errors as they are", () => {
    expect(decodeContractError(new Error("socket closed"))).to.be.instanceOf(CallFailedError);
    const own = decodeRevertData("0x");
    expect(decodeContractError(own)).to.equal(own);
  });
});

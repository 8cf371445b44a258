import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Abi, type Address, encodeDeployData, encodeFunctionData, type Hex, numberToHex } from "viem";
import type { RpcProvider } from "./ignition.ts";

/** Sends transactions of one account whose key the node holds, one after the other. For local chains. */
export interface Sender {
  account: Address;
  deploy(contract: string, args: readonly unknown[]): Promise<Address>;
  call(
    contract: string,
    address: Address,
    functionName: string,
    args: readonly unknown[],
    value?: bigint,
  ): Promise<void>;
}

/** Enough for any one transaction and below the cap of EIP-7825; given outright, so that nothing is estimated. */
const GAS = 16_000_000n;

interface Receipt {
  status: Hex;
  contractAddress: Address | null;
}

export function createSender(hre: HardhatRuntimeEnvironment, provider: RpcProvider, account: Address): Sender {
  const send = async (transaction: { data: Hex; to?: Address; value?: Hex }, what: string): Promise<Receipt> => {
    const request = { ...transaction, from: account, gas: numberToHex(GAS) };
    const hash = await provider.request({ method: "eth_sendTransaction", params: [request] });
    const receipt = (await provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as Receipt | null;
    if (receipt === null) throw new Error(`${what} was not mined at once: this needs a chain that mines by itself`);
    if (receipt.status !== "0x1") throw new Error(`${what} reverted`);
    return receipt;
  };
  const abis = new Map<string, { abi: Abi; bytecode: Hex }>();
  const artifactOf = async (contract: string): Promise<{ abi: Abi; bytecode: Hex }> => {
    const known = abis.get(contract);
    if (known !== undefined) return known;
    const { abi, bytecode } = await hre.artifacts.readArtifact(contract);
    const artifact = { abi: abi as Abi, bytecode: bytecode as Hex };
    abis.set(contract, artifact);
    return artifact;
  };

  return {
    account,
    deploy: async (contract, args) => {
      const { abi, bytecode } = await artifactOf(contract);
      const { contractAddress } = await send({ data: encodeDeployData({ abi, bytecode, args }) }, `new ${contract}`);
      if (contractAddress === null) throw new Error(`new ${contract} gave no address`);
      return contractAddress;
    },
    call: async (contract, to, functionName, args, value = 0n) => {
      const { abi } = await artifactOf(contract);
      const data = encodeFunctionData({ abi, functionName, args });
      await send({ to, data, value: numberToHex(value) }, `${contract}.${functionName}`);
    },
  };
}

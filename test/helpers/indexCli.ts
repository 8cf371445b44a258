import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EthereumProvider } from "hardhat/types/providers";
import type { Hex } from "viem";
import { run as runHere } from "../../scripts/cli/cli.ts";
import { BaseError } from "../../sdk/src/index.ts";
import { CHILD_ENVIRONMENT } from "./childProcess.ts";
import { serve } from "./rpcServer.ts";

const CLI = join(import.meta.dirname, "../../scripts/cli/cli.ts");

export interface CliOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** gimbal in a process of its own, beside a simulated network that it reaches over HTTP. */
export class IndexCli {
  readonly folder: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.folder = mkdtempSync(join(tmpdir(), "gimbal-index-"));
  }

  static async open(provider: EthereumProvider, deployment: object): Promise<IndexCli> {
    const cli = new IndexCli(await serve(provider));
    cli.write("deployment.json", JSON.stringify(deployment));
    return cli;
  }

  close(): void {
    this.#server.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Writes a file into the folder and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** What a command line has to say of the chain. */
  get chain(): string[] {
    const rpc = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return ["--rpc", rpc, "--deployment", join(this.folder, "deployment.json")];
  }

  /** "ErrorName: sentence" of a command that must fail, run in this process; quicker than a process of its own. */
  async failure(args: readonly string[], key?: Hex): Promise<string> {
    try {
      await this.#here(args, key);
    } catch (error) {
      if (error instanceof BaseError) return `${error.name}: ${error.shortMessage}`;
      throw error;
    }
    throw new Error(`${args.join(" ")} was expected to fail`);
  }

  /** What a command prints with --json, run in this process. */
  async json(args: readonly string[], key?: Hex): Promise<Record<string, unknown>> {
    const lines = await this.#here([...args, "--json"], key);
    return JSON.parse(lines.join("\n")) as Record<string, unknown>;
  }

  async #here(args: readonly string[], key: Hex | undefined): Promise<string[]> {
    const before = process.env["GIMBAL_WALLET_KEY"];
    if (key === undefined) delete process.env["GIMBAL_WALLET_KEY"];
    else process.env["GIMBAL_WALLET_KEY"] = key;
    const { log } = console;
    const lines: string[] = [];
    console.log = (line: unknown) => lines.push(String(line));
    try {
      await runHere([...args, ...this.chain]);
      return lines;
    } finally {
      console.log = log;
      if (before === undefined) delete process.env["GIMBAL_WALLET_KEY"];
      else process.env["GIMBAL_WALLET_KEY"] = before;
    }
  }

  /** Runs a command; without a key nobody is signed in. */
  async run(args: readonly string[], key?: Hex): Promise<CliOutput> {
    const child = spawn(process.execPath, [CLI, ...args, ...this.chain], {
      env: { ...CHILD_ENVIRONMENT, ...(key !== undefined && { GIMBAL_WALLET_KEY: key }) },
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...output };
  }
}

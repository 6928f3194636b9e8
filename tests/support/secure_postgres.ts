/**
 * A PostgreSQL that asks for TLS and a password, with authorities and certificates made for one test.
 *
 * @module
 */

import { join } from "node:path";
import postgres from "postgres";
import { type PostgresPlace, startLocalPostgres } from "../../dev/services/processes/postgres.ts";
import { makeAuthority, makeCertificate } from "./certificates.ts";
import { until } from "./until.ts";

/** Whom the server lets in, by SCRAM. */
export const USER = { name: "ana", password: "correct horse; battery=staple" } as const;

/** Who comes without a password: the test itself, without TLS. */
const ADMINISTRATOR = "postgres";

/** The certificates it may show, made by `authority`. */
const CERTIFICATES = {
  good: {},
  expired: { days: -1 },
  misnamed: { names: "DNS:elsewhere.example" },
  "for localhost": { names: "DNS:localhost" },
} as const;

/** A certificate's kind, or no TLS at all. */
export type Shown = keyof typeof CERTIFICATES | "none";

/** Where it listens. */
export interface SecurePostgres extends AsyncDisposable {
  /** The address for the user; over TLS, with the server's certificate and name checked. */
  url(password?: string): string;
  /** PEM of who signed the certificates. */
  readonly authority: string;
  /** PEM of an authority that signed nothing here. */
  readonly otherAuthority: string;
  /** Connections that begin from now on see this certificate. */
  show(what: Shown): Promise<void>;
  /** Gives the user another password, and ends what it has open. */
  changePassword(password: string): Promise<void>;
  /** Whether each connection of the user is encrypted; false while there is none. */
  isEncrypted(): Promise<boolean>;
}

/** Starts it, with a good certificate. */
export async function openSecurePostgres(): Promise<SecurePostgres> {
  let [authority, otherAuthority, folder] = ["", "", ""];
  const service = await startLocalPostgres(async (place) => {
    folder = place.folder;
    authority = await makeAuthority(folder, "authority");
    otherAuthority = await makeAuthority(folder, "other");
    return await prepare(place);
  });
  const at = `127.0.0.1:${service.port}`;

  async function administer<Row extends object>(...statements: readonly string[]): Promise<Row[]> {
    const sql = postgres(`postgres://${ADMINISTRATOR}@${at}/postgres`, {
      max: 1,
      onnotice: () => {},
    });
    try {
      let rows: Row[] = [];
      for (const statement of statements) rows = [...await sql.unsafe<Row[]>(statement)];
      return rows;
    } finally {
      await sql.end();
    }
  }

  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  await administer(
    `CREATE ROLE ${USER.name} LOGIN PASSWORD ${literal(USER.password)}`,
    `CREATE DATABASE shop OWNER ${USER.name}`,
  );
  return {
    url: (password = USER.password) =>
      `postgres://${USER.name}:${encodeURIComponent(password)}@${at}/shop?sslmode=verify-full`,
    authority,
    otherAuthority,
    async show(what) {
      const file = (end: string) => join(folder, `${what}.${end}`);
      const settings = what === "none" ? { ssl: "off" } : {
        ssl: "on",
        ssl_cert_file: file("pem"),
        ssl_key_file: file("key"),
      };
      const wanted = Object.entries(settings);
      await administer(
        ...wanted.map(([name, value]) => `ALTER SYSTEM SET ${name} = ${literal(value)}`),
        "SELECT pg_reload_conf()",
      );
      // A connection has the settings that the server had when it came.
      const columns = wanted.map(([name]) => `current_setting('${name}') AS ${name}`).join();
      await until(async () => {
        const [row] = await administer<Record<string, string>>(`SELECT ${columns}`);
        return wanted.every(([name, value]) => row?.[name] === value);
      }, `the server shows its certificate "${what}"`);
    },
    async changePassword(password) {
      await administer(
        `ALTER ROLE ${USER.name} PASSWORD ${literal(password)}`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${USER.name}'`,
      );
    },
    async isEncrypted() {
      const [row] = await administer<{ encrypted: boolean | null }>(
        "SELECT bool_and(ssl) AS encrypted FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) " +
          `WHERE usename = '${USER.name}'`,
      );
      return row?.encrypted ?? false;
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** Makes the certificates, and lets nobody but the administrator in without TLS and a password. */
async function prepare({ folder, data, user }: PostgresPlace): Promise<readonly string[]> {
  for (const [name, options] of Object.entries(CERTIFICATES)) {
    const { key } = await makeCertificate(name, { folder, ...options });
    // The server refuses a key that others may read.
    await Deno.chmod(key, 0o600);
    if (user !== undefined) await Deno.chown(key, user.uid, user.gid);
  }
  await Deno.writeTextFile(
    join(data, "pg_hba.conf"),
    [
      `hostnossl all ${ADMINISTRATOR} 127.0.0.1/32 trust`,
      "hostssl all all 127.0.0.1/32 scram-sha-256",
      "",
    ].join("\n"),
  );
  const settings = ["ssl = on", `ssl_cert_file = 'good.pem'`, `ssl_key_file = 'good.key'`]
    .map((line) => line.replace(/'(.+)'/, (_, name) => `'${join(folder, name)}'`));
  await Deno.writeTextFile(join(data, "postgresql.auto.conf"), `${settings.join("\n")}\n`);
  if (user !== undefined) await Deno.chown(join(data, "postgresql.auto.conf"), user.uid, user.gid);
  return [];
}

/**
 * A Redis that asks for TLS, with the users of `deploy/redis/users.acl`.
 *
 * @module
 */

import { join } from "node:path";
import { silentLogger } from "@cauce/messaging";
import { createBinder } from "@cauce/messaging/binders/redis";
import { freePort } from "../../dev/services/free_port.ts";
import { serviceFolder, startLocalService } from "../../dev/services/processes/local_service.ts";
import { findRedis } from "../../dev/services/processes/redis.ts";
import { makeAuthority, makeCertificate } from "./certificates.ts";
import { say } from "./say.ts";

/** The services' passwords. */
export const PASSWORDS = { organization: "an+organization", licensing: "a+l1censing" } as const;

/** Where it listens. */
export interface SecureRedis extends AsyncDisposable {
  /** Over TLS, as a user. */
  secure(user: keyof typeof PASSWORDS, password?: string): string;
  /** Without TLS: for clients of a test that trust no private authority. */
  plain(user: keyof typeof PASSWORDS, password?: string): string;
  /** A file with who signed its certificate, and one with who did not. */
  readonly authority: string;
  readonly otherAuthority: string;
}

/** Starts it; its certificate is good for `days` days. */
export async function openSecureRedis({ days = 1 } = {}): Promise<SecureRedis> {
  const folder = await serviceFolder("secure-redis");
  await makeAuthority(folder, "authority");
  await makeAuthority(folder, "other");
  const { key, certificate } = await makeCertificate("redis", { folder, days });
  const [port, tlsPort] = [freePort(), freePort()];
  const rules = await Deno.readTextFile(new URL("../../deploy/redis/users.acl", import.meta.url));
  const users = join(folder, "users.acl");
  await Deno.writeTextFile(
    users,
    rules.replaceAll("$ORGANIZATION_PASSWORD", PASSWORDS.organization)
      .replaceAll("$LICENSING_PASSWORD", PASSWORDS.licensing),
  );
  const { program, libraries } = await findRedis(say);
  const service = await startLocalService({
    address: `rediss://127.0.0.1:${tlsPort}`,
    port,
    folder,
    libraries,
    command: [
      ...[program, "--port", String(port), "--tls-port", String(tlsPort), "--bind", "127.0.0.1"],
      ...["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"],
      ...["--tls-ca-cert-file", join(folder, "authority.pem")],
      ...["--aclfile", users, "--dir", folder, "--save", ""],
    ],
    readyText: "Ready to accept connections",
  });
  const as =
    (scheme: string, at: number) =>
    (user: keyof typeof PASSWORDS, password: string = PASSWORDS[user]) =>
      `${scheme}://${user}:${encodeURIComponent(password)}@127.0.0.1:${at}`;
  return {
    secure: as("rediss", tlsPort),
    plain: as("redis", port),
    authority: join(folder, "authority.pem"),
    otherAuthority: join(folder, "other.pem"),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** Sends what is no event where organization changes go. */
export async function sendText(redis: SecureRedis, text: string): Promise<void> {
  await using binder = createBinder({
    env: { REDIS_URL: redis.plain("organization") },
    logger: silentLogger,
    clientId: "stranger",
  });
  const producer = await binder.bindProducer("organization-changes", {
    partitionCount: 8,
    requiredGroups: [],
  });
  const body = new TextEncoder().encode(text);
  const message = { key: "k", partition: 3, headers: {}, body };
  await producer.send([message], AbortSignal.timeout(10_000));
}

/**
 * Authorities and certificates, made for one test by openssl.
 *
 * @module
 */

import { join } from "node:path";
import { runCommand } from "../../dev/services/run_command.ts";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Makes an authority in the folder, and returns its PEM. */
export async function makeAuthority(folder: string, name: string): Promise<string> {
  const [key, pem] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const subject = ["-subj", `/CN=${name} of a test`, "-days", "2"];
  await runCommand([
    "openssl",
    "req",
    "-x509",
    ...NEW_KEY,
    "-keyout",
    key,
    "-out",
    pem,
    ...subject,
  ]);
  return await Deno.readTextFile(pem);
}

/** What a certificate says; of this machine and for a day, if nothing else is said. */
export interface CertificateOptions {
  /** Where the authority called `authority` is. */
  readonly folder: string;
  readonly days?: number;
  readonly names?: string;
}

/** Makes a certificate, and returns its files. */
export async function makeCertificate(
  name: string,
  { folder, days = 1, names = "IP:127.0.0.1,DNS:localhost" }: CertificateOptions,
): Promise<{ readonly key: string; readonly certificate: string }> {
  const file = (end: string) => join(folder, `${name}.${end}`);
  const authority = join(folder, "authority");
  await Deno.writeTextFile(file("ext"), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
  const request = ["-keyout", file("key"), "-out", file("csr"), "-subj", "/CN=broker"];
  await runCommand(["openssl", "req", ...NEW_KEY, ...request]);
  await runCommand([
    ...["openssl", "x509", "-req", "-in", file("csr"), "-out", file("pem")],
    ...["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial"],
    ...["-days", String(days), "-extfile", file("ext")],
  ]);
  return { key: file("key"), certificate: file("pem") };
}

/**
 * What to check when a server's certificate is not believed.
 *
 * @module
 */

/** The settings to name. */
export interface CertificateSettings {
  /** Says whom to trust. */
  readonly authority: string;
  /** Holds the addresses. */
  readonly addresses: string;
  /** Whose certificate it is; a broker's if absent. */
  readonly server?: string;
}

const NOT_TRUSTED = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
]);
const NOT_NOW = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** By the code that TLS gives; undefined when it is about something else. */
export function adviceOnCertificate(
  error: Error,
  { authority, addresses, server = "broker" }: CertificateSettings,
): string | undefined {
  const code = "code" in error ? String(error.code) : "";
  if (NOT_TRUSTED.has(code)) {
    return `its certificate is from an authority that is not trusted here; check ${authority}`;
  }
  if (NOT_NOW.has(code)) {
    return "its certificate has expired or is not valid yet; " +
      `check the ${server}'s certificate and this machine's clock`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `its certificate is for another name; check ${addresses}`;
  }
  return undefined;
}

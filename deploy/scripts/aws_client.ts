/**
 * Calls to AWS, or to what speaks like it.
 *
 * @module
 */

import { AwsClient } from "aws4fetch";

/** An answer that is an error. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(readonly code: string, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The services whose operations are called, by the prefix of their operations' names. */
const SERVICES = {
  ecs: { prefix: "AmazonEC2ContainerServiceV20141113", host: "ecs" },
  scaling: { prefix: "AnyScaleFrontendService", host: "application-autoscaling" },
  cloudwatch: { prefix: "GraniteServiceVersion20100801", host: "monitoring" },
} as const;

const READS = /^(Describe|List)/;
const READ_ATTEMPTS = 4;
const READ_PAUSE_MS = 1_000;
/** Errors that may be gone a moment later. */
const PASSING = /^(Unreachable|Throttling.*|ServerException|InternalFailure|5\d\d)$/;

/** Calls one operation. What comes back is as the operation's documentation says. */
export interface Aws {
  // deno-lint-ignore no-explicit-any -- the shapes are AWS's; scripts read a few fields of them
  call(service: keyof typeof SERVICES, operation: string, input: unknown): Promise<any>;
}

/** Where to call, and as whom. */
export interface AwsOptions {
  readonly region: string;
  /** Instead of AWS's own; then any credentials do. */
  readonly endpoint?: string | undefined;
}

/** Returns a client with the credentials of the environment. Throws where AWS would need some. */
export function createAws({ region, endpoint }: AwsOptions): Aws {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
  ].map((name) => Deno.env.get(name));
  if (!endpoint && (!accessKeyId || !secretAccessKey)) {
    throw new AwsError(
      "NoCredentials",
      "Cannot call AWS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
        "for example by aws configure export-credentials --format env",
    );
  }
  const client = new AwsClient({
    accessKeyId: accessKeyId || "local",
    secretAccessKey: secretAccessKey || "local",
    ...(sessionToken && { sessionToken }),
    region,
    // What may be asked again is known below.
    retries: 0,
  });
  async function callOnce(service: keyof typeof SERVICES, operation: string, input: unknown) {
    const { prefix, host } = SERVICES[service];
    const address = endpoint ?? `https://${host}.${region}.amazonaws.com/`;
    const response = await client.fetch(address, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `${prefix}.${operation}`,
      },
      body: JSON.stringify(input),
      aws: { service: host, region },
    }).catch((cause) => {
      throw new AwsError("Unreachable", `Cannot reach ${address}: ${cause.message}`, { cause });
    });
    const body = await response.json().catch(() => ({}));
    if (response.ok) return body;
    const code = String(body.__type ?? response.status).replace(/.*#/, "");
    throw new AwsError(code, `${operation}: ${body.message ?? body.Message ?? code}`);
  }

  return {
    async call(service, operation, input) {
      // What only reads may be asked again; a release that is followed for minutes must not end
      // because one answer of many did not come.
      let left = READS.test(operation) ? READ_ATTEMPTS - 1 : 0;
      while (true) {
        try {
          return await callOnce(service, operation, input);
        } catch (error) {
          if (left-- === 0 || !(error instanceof AwsError) || !PASSING.test(error.code)) {
            throw error;
          }
          await new Promise((resolve) => setTimeout(resolve, READ_PAUSE_MS));
        }
      }
    },
  };
}

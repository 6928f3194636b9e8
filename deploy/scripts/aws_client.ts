/**
 * Calls to AWS, or to what speaks like it.
 *
 * @module
 */

import { AwsClient } from "aws4fetch";

/** An answer that is an error. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** The services whose operations are called, by the prefix of their operations' names. */
const SERVICES = {
  ecs: { prefix: "AmazonEC2ContainerServiceV20141113", host: "ecs" },
  scaling: { prefix: "AnyScaleFrontendService", host: "application-autoscaling" },
} as const;

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
    // Those of the scripts wait and ask again; a release is not sent twice.
    retries: 0,
  });
  return {
    async call(service, operation, input) {
      const { prefix, host } = SERVICES[service];
      const response = await client.fetch(endpoint ?? `https://${host}.${region}.amazonaws.com/`, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `${prefix}.${operation}`,
        },
        body: JSON.stringify(input),
        aws: { service: host, region },
      });
      const body = await response.json();
      if (response.ok) return body;
      const code = String(body.__type ?? response.status).replace(/.*#/, "");
      throw new AwsError(code, `${operation}: ${body.message ?? body.Message ?? code}`);
    },
  };
}

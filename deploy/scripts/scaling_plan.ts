/**
 * Compares how a service is scaled with its file in deploy/autoscaling.
 *
 * @module
 */

import type { Aws } from "./aws_client.ts";
import type { Environment } from "./environment.ts";
import { type Input, isCovered, renderScaling } from "./templates.ts";

/** One change, and how to make it. */
export interface ScalingChange {
  readonly says: string;
  readonly apply: () => Promise<unknown>;
}

/** What to compare. */
export interface ScalingPlanOptions {
  readonly aws: Aws;
  readonly environment: Environment;
  readonly service: string;
}

const SCALED = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" };

/** Returns the changes that bring a service's scaling to what its file says; often none. */
export async function planScaling(options: ScalingPlanOptions): Promise<ScalingChange[]> {
  const { aws, environment, service } = options;
  const { target, policies, scheduled } = await renderScaling(environment, service);
  const ResourceId = String(target["ResourceId"]);
  const call = (operation: string, input: object) => aws.call("scaling", operation, input);
  const bounds = await boundsOf(aws, ResourceId);
  const [put, actions] = bounds
    ? [
      (await call("DescribeScalingPolicies", { ServiceNamespace: "ecs", ResourceId }))
        .ScalingPolicies as Input[],
      (await call("DescribeScheduledActions", { ServiceNamespace: "ecs", ResourceId }))
        .ScheduledActions as Input[],
    ]
    : [[], []];
  // A scheduled action changes the bounds, and they stay until the next.
  const allowed = [target, ...scheduled.map((one) => one["ScalableTargetAction"] as Input)];
  const isBounded = allowed.some((one) =>
    one["MinCapacity"] === bounds?.["MinCapacity"] && one["MaxCapacity"] === bounds?.["MaxCapacity"]
  );
  return [
    ...(isBounded ? [] : [{
      says: saysBounds(service, target),
      apply: () => call("RegisterScalableTarget", target),
    }]),
    ...changes({
      wanted: policies,
      there: put,
      key: "PolicyName",
      what: "the policy",
      put: (one) => call("PutScalingPolicy", one),
      remove: (PolicyName) => call("DeleteScalingPolicy", { ...SCALED, ResourceId, PolicyName }),
    }),
    ...changes({
      wanted: scheduled,
      there: actions,
      key: "ScheduledActionName",
      what: "the schedule",
      put: (one) => call("PutScheduledAction", one),
      remove: (ScheduledActionName) =>
        call("DeleteScheduledAction", { ...SCALED, ResourceId, ScheduledActionName }),
    }),
  ];
}

/** Returns a line about a service's new bounds. */
export function saysBounds(service: string, { MinCapacity, MaxCapacity }: Input): string {
  return `scale ${service} between ${MinCapacity} and ${MaxCapacity} tasks`;
}

/** What RegisterScalableTarget put for a service, if anything. */
export async function boundsOf(aws: Aws, ResourceId: string): Promise<Input | undefined> {
  const { ScalableTargets } = await aws.call("scaling", "DescribeScalableTargets", {
    ...SCALED,
    ResourceIds: [ResourceId],
  });
  return ScalableTargets[0];
}

interface Named {
  readonly wanted: readonly Input[];
  readonly there: readonly Input[];
  readonly key: string;
  readonly what: string;
  readonly put: (one: Input) => Promise<unknown>;
  readonly remove: (name: string) => Promise<unknown>;
}

function changes({ wanted, there, key, what, put, remove }: Named): ScalingChange[] {
  const names = wanted.map((one) => String(one[key]));
  const missing = wanted.filter((one) =>
    !there.some((known) => known[key] === one[key] && isCovered(one, known))
  );
  const surplus = there.map((one) => String(one[key])).filter((name) => !names.includes(name));
  return [
    ...missing.map((one) => ({ says: `put ${what} ${one[key]}`, apply: () => put(one) })),
    ...surplus.map((name) => ({
      says: `delete ${what} ${name}, which the file has not`,
      apply: () => remove(name),
    })),
  ];
}

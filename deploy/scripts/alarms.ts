/**
 * The alarms that a service's releases are watched by.
 *
 * @module
 */

import type { Aws } from "./aws_client.ts";

/** A service as DescribeServices shows it, as far as it is about alarms. */
export interface WatchedService {
  readonly deploymentConfiguration?: {
    readonly alarms?: { readonly alarmNames?: readonly string[]; readonly enable?: boolean };
  };
}

/**
 * Returns lines about what watches a release: the alarms that do, and those that cannot, since ECS
 * takes no notice of one that does not exist or went off before.
 */
export async function saysAlarms(
  aws: Aws,
  { deploymentConfiguration }: WatchedService,
): Promise<string[]> {
  const { alarmNames = [], enable = false } = deploymentConfiguration?.alarms ?? {};
  if (!enable || alarmNames.length === 0) {
    return ["roll back if its tasks fail; no alarm is watched"];
  }
  const watched = `roll back if its tasks fail, or at the alarm ${alarmNames.join(" or ")}`;
  const states = await statesOf(aws, alarmNames);
  const blind = alarmNames.flatMap((name) => {
    const state = states?.get(name);
    if (states === undefined || (state !== undefined && state !== "ALARM")) return [];
    return state === "ALARM"
      ? `beware: the alarm ${name} is on already, and ECS does not look at it`
      : `beware: there is no alarm ${name}; deploy/cloudformation/alarms.yaml makes it`;
  });
  return [watched, ...blind, ...(states ? [] : ["beware: the alarms cannot be read"])];
}

/** Nothing where whoever releases may not read alarms: that is no reason not to release. */
async function statesOf(
  aws: Aws,
  AlarmNames: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const { MetricAlarms } = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNames });
    const alarms: readonly { AlarmName: string; StateValue: string }[] = MetricAlarms;
    return new Map(alarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
  } catch {
    return undefined;
  }
}

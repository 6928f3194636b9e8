/**
 * The operations of CloudWatch that ecs:local knows: those about alarms.
 *
 * @module
 */

import { z } from "zod";
import { ALARM_STATES, type AlarmBook } from "../alarms/alarm_book.ts";
import { alarmArn } from "../ecs/arns.ts";
import { EcsError } from "../ecs/errors.ts";
import { names } from "./ecs_input.ts";
import { type Operations, parseInput } from "./protocol.ts";

const PREFIX = "GraniteServiceVersion20100801.";

const describeInput = z.looseObject({
  AlarmNames: names,
  StateValue: z.enum(ALARM_STATES).optional(),
});

const setInput = z.looseObject({
  AlarmName: z.string(),
  StateValue: z.enum(ALARM_STATES),
  StateReason: z.string(),
});

/** Returns the operations on the alarms of a cluster. */
export function alarmOperations(alarms: AlarmBook): Operations {
  return {
    [`${PREFIX}DescribeAlarms`]: (raw) => {
      const { AlarmNames, StateValue } = parseInput(describeInput, raw);
      const found = alarms.all.filter(({ name, state }) =>
        (AlarmNames.length === 0 || AlarmNames.includes(name)) &&
        (StateValue === undefined || state === StateValue)
      );
      return {
        MetricAlarms: found.map(({ name, state, reason, updatedAt }) => ({
          AlarmName: name,
          AlarmArn: alarmArn(name),
          StateValue: state,
          StateReason: reason,
          StateUpdatedTimestamp: updatedAt,
        })),
        CompositeAlarms: [],
      };
    },
    [`${PREFIX}SetAlarmState`]: (raw) => {
      const { AlarmName, StateValue: state, StateReason: reason } = parseInput(setInput, raw);
      if (alarms.set(AlarmName, { state, reason })) return {};
      throw new EcsError("ResourceNotFound", `No service names the alarm "${AlarmName}".`);
    },
  };
}

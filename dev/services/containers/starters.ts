import type { ServiceName, Starter } from "../service.ts";
const none: Starter = {
  missing: () => Promise.resolve("no container engine answers"),
  start: () => Promise.reject(new Error("Cannot start a container: no engine answers")),
};
/** x */
export const containerStarters: Readonly<Record<ServiceName, Starter>> = {
  kafka: none,
  redis: none,
  postgres: none,
};

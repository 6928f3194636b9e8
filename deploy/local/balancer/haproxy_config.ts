/**
 * HAProxy's configuration: one listener for each service, with two target groups behind it.
 *
 * @module
 */

/** One service behind the balancer. */
export interface BalancedService {
  readonly name: string;
  /** Where the listener listens, on the loopback. */
  readonly port: number;
  /** What a target must answer with 2xx to get requests. */
  readonly healthPath: string;
}

/** Where HAProxy finds its files. */
export interface HaproxyFiles {
  readonly socket: string;
  /** Service → how many of 1000 requests its second target group gets. */
  readonly weights: string;
}

/** The name of a target group's backend. */
export function backendName(service: string, group: 0 | 1): string {
  return `${service}_${group}`;
}

/**
 * Returns the configuration. Nothing is tried twice and no connection is used twice, so that every
 * request that meets a target which is gone is a request that fails.
 */
export function haproxyConfig(services: readonly BalancedService[], files: HaproxyFiles): string {
  return `global
  stats socket ${files.socket} mode 600 level admin
  maxconn 4000
defaults
  mode http
  retries 0
  http-reuse never
  option http-keep-alive
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout http-request 10s
${services.map((service) => serviceConfig(service, files.weights)).join("")}`;
}

function serviceConfig({ name, port, healthPath }: BalancedService, weights: string): string {
  const backend = (group: 0 | 1) =>
    `backend ${backendName(name, group)}
  balance roundrobin
  option httpchk GET ${healthPath}
  http-check send hdr Host localhost
`;
  return `frontend ${name}
  bind 127.0.0.1:${port}
  http-request set-var(txn.second) str(${name}),map_str_int(${weights},0)
  use_backend ${backendName(name, 1)} if { rand(1000),sub(txn.second) lt 0 }
  default_backend ${backendName(name, 0)}
${backend(0)}${backend(1)}`;
}

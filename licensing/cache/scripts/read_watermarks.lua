-- Shows until when the cache was told of every change, and changes nothing.
-- KEYS[1] watermarks {n, <partition>...}: the count of partitions, and a time in ms for each
-- Returns {now, field, value, ...}; only {now} before the first watermark. A replica refuses, so that
-- its client looks for the primary.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY This node is a replica')
end
local clock = redis.call('TIME')
local reply = redis.call('HGETALL', KEYS[1])
table.insert(reply, 1, string.format('%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000)))
return reply

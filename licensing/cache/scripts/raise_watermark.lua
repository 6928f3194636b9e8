-- Keeps the latest watermark of a partition: until then the cache was told of every change.
-- KEYS[1] watermarks {n, <partition>...}: the count of partitions, and a time in ms for each
-- ARGV[1] count of partitions   ARGV[2] partition   ARGV[3] time in ms   ARGV[4] keep in ms
-- Returns RAISED, or OLD when a later one was there and nothing changed. Watermarks of another count
-- are forgotten: their partitions hold other organizations.
-- A time ahead of this node's clock is cut, and one that is stored ahead of it, since the clock was
-- set back, gives way.
--
-- No epoch: a watermark speaks of changes that the cache was told of before it was stored. Entries
-- that may lack one, after a restart or a failover, are absent, and what is filled in afterwards was
-- read at the origin later than any watermark from before. So none of them stops being true, nor
-- does one that is lost do harm. What it cannot know: a change that only a primary was told of which
-- had been replaced already and did not know it.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY This node is a replica')
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local stored = redis.call('HMGET', KEYS[1], 'n', ARGV[2])
if stored[1] ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'n', ARGV[1])
  stored[2] = false
end
-- First: a script that has written is let go on where Redis is full.
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local time = math.min(tonumber(ARGV[3]), now)
local known = tonumber(stored[2] or -1)
if time <= known and known <= now then
  return 'OLD'
end
redis.call('HSET', KEYS[1], ARGV[2], string.format('%.0f', time))
return 'RAISED'

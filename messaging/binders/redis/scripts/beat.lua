-- Says that a member of a group lives, and forgets those that no longer say so.
-- KEYS[1] members, a sorted set by the time they count as dead   KEYS[2] destination hash
-- ARGV[1] member   ARGV[2] ms it counts as alive   ARGV[3] partitions, recorded if none are
-- Returns {partitions recorded, now in ms, ms until the next other member may be dead or -1, members...}.
-- All of it is one moment.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', KEYS[2], 'partitions', ARGV[3])
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local scored = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local reply = { tonumber(redis.call('HGET', KEYS[2], 'partitions')), now, -1 }
for index = 1, #scored, 2 do
  reply[#reply + 1] = scored[index]
  if reply[3] == -1 and scored[index] ~= ARGV[1] then
    reply[3] = tonumber(scored[index + 1]) - now
  end
end
return reply

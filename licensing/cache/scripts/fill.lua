-- Stores what the holder of the lease loaded, unless the lease is gone or a newer version is known.
-- KEYS[1] entry {ep, fv, ft, v, st, name, contactName, contactEmail, contactPhone, exp, lt, lu}
-- ARGV[1] token   ARGV[2] version   ARGV[3] state, L or D   ARGV[4] ttl in ms   ARGV[5] keep in ms
-- ARGV[6..9] name, contactName, contactEmail, contactPhone; none when deleted
-- Returns FILLED, LOST_LEASE or STALE. STALE ends the lease and changes nothing else; LOST_LEASE
-- changes nothing. Value, fence and the end of the lease change together.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY This node is a replica')
end
local epoch = string.match(replication, 'master_replid:(%w+)')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = redis.call('HMGET', KEYS[1], 'ep', 'fv', 'v', 'lt', 'lu')
if entry[1] ~= epoch or entry[4] ~= ARGV[1] or now >= tonumber(entry[5]) then
  return 'LOST_LEASE'
end
redis.call('HDEL', KEYS[1], 'lt', 'lu')
local version = tonumber(ARGV[2])
if version < (tonumber(entry[2]) or 0) or version < (tonumber(entry[3]) or 0) then
  return 'STALE'
end
redis.call('HSET', KEYS[1], 'ep', epoch, 'fv', ARGV[2], 'ft', string.format('%.0f', now),
  'v', ARGV[2], 'st', ARGV[3], 'exp', string.format('%.0f', now + ARGV[4]))
if ARGV[3] == 'L' then
  redis.call('HSET', KEYS[1], 'name', ARGV[6], 'contactName', ARGV[7], 'contactEmail', ARGV[8],
    'contactPhone', ARGV[9])
else
  redis.call('HDEL', KEYS[1], 'name', 'contactName', 'contactEmail', 'contactPhone')
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[5]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
return 'FILLED'

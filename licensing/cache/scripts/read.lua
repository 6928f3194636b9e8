-- Reads an organization's entry, or takes the lease to fill it.
-- KEYS[1] entry {ep, fv, ft, v, st, name, contactName, contactEmail, contactPhone, exp, lt, lu}
-- ARGV[1] token   ARGV[2] lease in ms   ARGV[3] keep in ms   ARGV[4] least version
-- Returns {outcome, now, fv, ft, v, st, name, contactName, contactEmail, contactPhone}, where the
-- outcome is HIT, WAIT or LEASE, and what is absent is nil.
-- Nothing is written unless the lease is taken. An entry of another epoch is taken for absent;
-- a replica refuses, since it may lag.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY This node is a replica')
end
local epoch = string.match(replication, 'master_replid:(%w+)')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = redis.call('HMGET', KEYS[1], 'ep', 'fv', 'ft', 'v', 'st', 'name', 'contactName',
  'contactEmail', 'contactPhone', 'exp', 'lt', 'lu')
if entry[1] ~= epoch then
  if entry[1] then
    redis.call('DEL', KEYS[1])
  end
  for index = 2, 12 do
    entry[index] = false
  end
end

local function reply(outcome)
  return { outcome, string.format('%.0f', now), entry[2], entry[3], entry[4], entry[5], entry[6],
    entry[7], entry[8], entry[9] }
end

local fence = tonumber(entry[2]) or 0
local version = tonumber(entry[4])
if version and version >= fence and version >= tonumber(ARGV[4]) and now < tonumber(entry[10]) then
  return reply('HIT')
end
if entry[11] and now < tonumber(entry[12]) then
  return reply('WAIT')
end
redis.call('HSET', KEYS[1], 'ep', epoch, 'lt', ARGV[1], 'lu', string.format('%.0f', now + ARGV[2]))
-- Without a fence there is nothing to keep: ids that do not exist would fill the memory.
local keep = tonumber(fence > 0 and ARGV[3] or ARGV[2])
if redis.call('PTTL', KEYS[1]) < keep then
  redis.call('PEXPIRE', KEYS[1], keep)
end
return reply('LEASE')

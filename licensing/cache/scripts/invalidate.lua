-- Raises an organization's fence to a version that exists, and takes the lease away or leaves it.
-- KEYS[1] entry {ep, fv, ft, v, st, name, contactName, contactEmail, contactPhone, exp, lt, lu}
-- ARGV[1] version   ARGV[2] keep in ms   ARGV[3] end or keep: the lease
-- Returns RAISED, or OLD when the fence was there already and nothing changed.
-- Fence and lease change together; the value stays for readers who find the origin down.
-- A Redis that is full takes no fence. Then the entry goes as a whole, and with it the right to fill
-- in what was loaded before: whoever loads it next asks the origin after this change.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY This node is a replica')
end
local epoch = string.match(replication, 'master_replid:(%w+)')
local entry = redis.call('HMGET', KEYS[1], 'ep', 'fv')
if entry[1] and entry[1] ~= epoch then
  redis.call('DEL', KEYS[1])
elseif entry[2] and tonumber(ARGV[1]) <= tonumber(entry[2]) then
  return 'OLD'
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local set = redis.pcall('HSET', KEYS[1], 'ep', epoch, 'fv', ARGV[1], 'ft', string.format('%.0f', now))
if type(set) == 'table' then
  if not string.find(set.err, 'OOM', 1, true) then
    return set
  end
  redis.call('DEL', KEYS[1])
  return 'RAISED'
end
if ARGV[3] == 'end' then
  redis.call('HDEL', KEYS[1], 'lt', 'lu')
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 'RAISED'

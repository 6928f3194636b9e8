-- Shows an organization's entry and changes nothing.
-- KEYS[1] entry {ep, fv, ft, v, st, name, contactName, contactEmail, contactPhone, exp, lt, lu}
-- Returns {pttl, now, fv, ft, v, st, name, contactName, contactEmail, contactPhone, exp, lu}, where
-- what is absent is nil; nil when there is no entry of this epoch. One point in time.
local replication = redis.call('INFO', 'replication')
local epoch = string.match(replication, 'master_replid:(%w+)')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = redis.call('HMGET', KEYS[1], 'ep', 'fv', 'ft', 'v', 'st', 'name', 'contactName',
  'contactEmail', 'contactPhone', 'exp', 'lu')
if entry[1] ~= epoch then
  return nil
end
return { redis.call('PTTL', KEYS[1]), string.format('%.0f', now), entry[2], entry[3], entry[4],
  entry[5], entry[6], entry[7], entry[8], entry[9], entry[10], entry[11] }

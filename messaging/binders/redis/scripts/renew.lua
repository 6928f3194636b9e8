-- Prolongs a lease for its owner.
-- KEYS[1] lease hash
-- ARGV[1] member   ARGV[2] epoch   ARGV[3] lease in ms
-- Returns 1 prolonged, 2 prolonged and claimed, 0 it belongs to somebody else or is gone. Check and change are one moment.
local lease = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'claimUntil')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[3]))
return (tonumber(lease[3]) or 0) > now and 2 or 1

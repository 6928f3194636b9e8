-- Gives a partition back, so that another member can take it at once.
-- KEYS[1] lease hash
-- ARGV[1] member   ARGV[2] epoch
-- Returns 1 given back, 0 it belonged to somebody else. The epoch stays, so that the next one is higher.
local lease = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then
  return 0
end
return math.min(redis.call('HDEL', KEYS[1], 'owner', 'until'), 1)

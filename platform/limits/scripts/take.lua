-- Takes one request out of a bucket, which fills at a steady rate by the clock of Redis.
-- KEYS[1] the bucket: a hash of what is left, and since when
-- ARGV[1] requests a second   ARGV[2] requests it holds
-- Returns 1 if there was one, else 0; how many are left, in thousandths.
-- The hash changes as a whole, and is gone once it would be full again.

local perSecond, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call("HMGET", KEYS[1], "left", "at")
local left, at = tonumber(stored[1]) or capacity, tonumber(stored[2]) or now

left = math.min(capacity, left + math.max(0, now - at) * perSecond / 1000)
local allowed = 0
if left >= 1 then
  left = left - 1
  allowed = 1
end
redis.call("HSET", KEYS[1], "left", tostring(left), "at", now)
redis.call("PEXPIRE", KEYS[1], math.ceil((capacity - left) * 1000 / perSecond) + 1)
return { allowed, math.floor(left * 1000) }

-- Takes a partition for a member of a group, if nobody holds or claims it, and creates the group where it is missing.
-- KEYS[1] stream   KEYS[2] lease hash {owner, epoch, until, claimant, claimUntil}
-- ARGV[1] group    ARGV[2] member   ARGV[3] lease in ms   ARGV[4] ms for which to claim it when it is held, or 0
-- Returns {epoch, committed id, entries read or -1} when taken, {0, ms until it may be free} when not.
-- Lease and group change together. The epoch grows even when the lease was lost, as it follows the clock.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('HMGET', KEYS[2], 'owner', 'epoch', 'until', 'claimant', 'claimUntil')
local claimed = (tonumber(lease[5]) or 0) - now
if lease[4] and lease[4] ~= ARGV[2] and claimed > 0 then
  return { 0, claimed }
end
local left = (tonumber(lease[3]) or 0) - now
if lease[1] and lease[1] ~= ARGV[2] and left > 0 then
  if ARGV[4] ~= '0' then
    redis.call('HSET', KEYS[2], 'claimant', ARGV[2], 'claimUntil', string.format('%.0f', now + ARGV[4]))
  end
  return { 0, left }
end
redis.call('HDEL', KEYS[2], 'claimant', 'claimUntil')

local function fields(flat)
  local named = {}
  for index = 1, #flat, 2 do
    named[flat[index]] = flat[index + 1]
  end
  return named
end

local function find()
  if redis.call('EXISTS', KEYS[1]) == 0 then
    return nil
  end
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local group = fields(flat)
    if group['name'] == ARGV[1] then
      return group
    end
  end
end

local group = find()
if not group then
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  group = find()
end
-- Redis before 7 counts neither; Redis 7 loses count where entries were deleted one by one.
local read = group['entries-read'] or -1
if read == -1 and group['lag'] then
  read = fields(redis.call('XINFO', 'STREAM', KEYS[1]))['entries-added'] - group['lag']
end

local epoch = math.max((tonumber(lease[2]) or 0) + 1, now)
redis.call('HSET', KEYS[2], 'owner', ARGV[2], 'epoch', string.format('%.0f', epoch),
  'until', string.format('%.0f', now + ARGV[3]))
return { epoch, group['last-delivered-id'], read }

-- Drops what every group is done with and what is older than the retention.
-- KEYS[1] stream
-- ARGV[1] retention in ms
-- Returns {entries dropped, entries left, id below which nothing is needed}, of one moment.
-- An entry that a group has not read or not acknowledged stays, however old; without groups all stay.
local function before(left, right)
  local leftMs, leftSeq = string.match(left, '^(%d+)-(%d+)$')
  local rightMs, rightSeq = string.match(right, '^(%d+)-(%d+)$')
  if leftMs ~= rightMs then
    return tonumber(leftMs) < tonumber(rightMs)
  end
  return tonumber(leftSeq) < tonumber(rightSeq)
end

if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 0, 0, '0-0' }
end
local time = redis.call('TIME')
local oldest = math.max(0, time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1])
local floor = string.format('%.0f-0', oldest)
local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
for _, flat in ipairs(groups) do
  local group = {}
  for index = 1, #flat, 2 do
    group[flat[index]] = flat[index + 1]
  end
  local needed = group['last-delivered-id']
  if group['pending'] > 0 then
    needed = redis.call('XPENDING', KEYS[1], group['name'])[2]
  end
  if before(needed, floor) then
    floor = needed
  end
end
local dropped = 0
if #groups > 0 then
  dropped = redis.call('XTRIM', KEYS[1], 'MINID', '~', floor)
end
return { dropped, redis.call('XLEN', KEYS[1]), floor }

-- Appends messages to a stream, in order. The first that fails ends it, so that none overtakes.
-- KEYS[1] stream
-- ARGV[1] ms since the epoch after which the sender has given up
-- ARGV[2] replication id the node must have, or an empty text
-- ARGV[3...] key, headers, body of each message in turn
-- Returns how many were appended, -1 when it came too late, -2 when the node has another id.
-- Nothing else happens in between.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then
  return -1
end
if ARGV[2] ~= '' then
  local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  if id ~= ARGV[2] then
    return -2
  end
end
for index = 3, #ARGV, 3 do
  redis.call('XADD', KEYS[1], '*', 'k', ARGV[index], 'h', ARGV[index + 1], 'b', ARGV[index + 2])
end
return (#ARGV - 2) / 3

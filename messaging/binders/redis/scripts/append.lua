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
-- A name of the script's own is found faster than one of all scripts.
local call, stream, parts = redis.call, KEYS[1], ARGV
for index = 3, #parts, 3 do
  call('XADD', stream, '*', 'k', parts[index], 'h', parts[index + 1], 'b', parts[index + 2])
end
return (#parts - 2) / 3

-- Moves a group's committed position, for the owner of the partition alone.
-- KEYS[1] stream   KEYS[2] lease hash
-- ARGV[1] group    ARGV[2] member   ARGV[3] epoch   ARGV[4] id   ARGV[5] entries read or -1
-- Returns 1 committed, 0 the lease or the group is gone. Check and change are one moment.
local lease = redis.call('HMGET', KEYS[2], 'owner', 'epoch')
if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[3] then
  return 0
end
local reply
if ARGV[5] == '-1' then
  reply = redis.pcall('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[4])
else
  reply = redis.pcall('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[4], 'ENTRIESREAD', ARGV[5])
end
if not reply.err then
  return 1
end
-- A deleted stream says that the key must exist, a deleted group NOGROUP: whoever takes the partition next starts anew.
if string.find(reply.err, 'NOGROUP', 1, true) or string.find(reply.err, 'key to exist', 1, true) then
  return 0
end
return reply

-- Tells what stores a stream: another text where messages that were acknowledged may be gone.
-- KEYS[1] stream
-- Returns the replication id: another one after each start and each promotion. A replica refuses.
local info = redis.call('INFO', 'replication')
if not string.find(info, 'role:master', 1, true) then
  return redis.error_reply('READONLY The stream is at a replica')
end
return string.match(info, 'master_replid:(%x+)')

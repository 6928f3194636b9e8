-- Tells what waits behind a group's committed position.
-- KEYS[1] stream
-- ARGV[1] group
-- Returns {waiting or -1 if Redis cannot tell, committed id, oldest waiting id or ''}, of one moment.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 0, '0-0', '' }
end
local waiting, committed = redis.call('XLEN', KEYS[1]), '0-0'
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for index = 1, #flat, 2 do
    group[flat[index]] = flat[index + 1]
  end
  if group['name'] == ARGV[1] then
    committed = group['last-delivered-id']
    waiting = group['lag'] or -1
  end
end
local oldest = redis.call('XRANGE', KEYS[1], '(' .. committed, '+', 'COUNT', 1)[1]
return { waiting, committed, oldest and oldest[1] or '' }

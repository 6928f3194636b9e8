-- Ends the lease of a reader who has nothing to fill in, so that the next one need not wait.
-- KEYS[1] entry {ep, fv, ft, v, st, name, contactName, contactEmail, contactPhone, exp, lt, lu}
-- ARGV[1] token
-- Returns RELEASED, or LOST_LEASE when another holds it or nobody does. Changes nothing else.
if redis.call('HGET', KEYS[1], 'lt') ~= ARGV[1] then
  return 'LOST_LEASE'
end
redis.call('HDEL', KEYS[1], 'lt', 'lu')
return 'RELEASED'

-- ARGV: prefix, feed, now -> 1, or 0 where it is not scheduled. A poll under way ends as it would.
local id = ARGV[2]
local due = redis.call('ZSCORE', p .. 'feeds', id)
if not due then return 0 end
redis.call('SADD', p .. 'paused', id)
if not being_polled(id, ARGV[3]) then feed_due(id, NEVER) end
return 1

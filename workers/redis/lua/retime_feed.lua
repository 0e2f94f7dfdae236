-- ARGV: prefix, feed, due, now -> 1, or 0 where it is unknown, paused or being polled.
local id = ARGV[2]
if not redis.call('ZSCORE', p .. 'feeds', id) or redis.call('SISMEMBER', p .. 'paused', id) == 1 then return 0 end
if being_polled(id, ARGV[4]) then return 0 end
redis.call('HSET', p .. 'feedtoken', id, '0')
feed_due(id, ARGV[3])
return 1

-- ARGV: prefix, feed, token, state, next poll, last poll -> 1, or 0 where the lease is lost.
if redis.call('HGET', p .. 'feedtoken', ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HSET', p .. 'feedtoken', ARGV[2], '0')
redis.call('HSET', p .. 'feedstate', ARGV[2], ARGV[4])
redis.call('ZADD', p .. 'feeds', 'XX', ARGV[5], ARGV[2])
redis.call('HSET', p .. 'progress', 'poll', ARGV[6])
return 1

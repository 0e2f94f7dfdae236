-- ARGV: prefix, sink, token, now, ids ... -> 1, or 0 where the lease is lost.
if redis.call('HGET', p .. 'sinktoken', ARGV[2]) ~= ARGV[3] then return 0 end
local acknowledged = redis.call('XACK', p .. 'outbox', ARGV[2], unpack(ARGV, 5))
redis.call('HINCRBY', p .. 'taken', ARGV[2], acknowledged)
redis.call('HSET', p .. 'sinktoken', ARGV[2], '0')
redis.call('HDEL', p .. 'resting', ARGV[2])
redis.call('ZADD', p .. 'sinks', '0', ARGV[2])
redis.call('HINCRBY', p .. 'delivered', ARGV[2], acknowledged)
redis.call('HSET', p .. 'progress', 'sink.' .. ARGV[2], ARGV[4])
return 1

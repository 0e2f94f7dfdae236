-- ARGV: prefix, sink, token, until, why. The batch stays with the sink, to be tried again.
if redis.call('HGET', p .. 'sinktoken', ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HSET', p .. 'sinktoken', ARGV[2], '0')
redis.call('HSET', p .. 'resting', ARGV[2], ARGV[5])
redis.call('ZADD', p .. 'sinks', ARGV[4], ARGV[2])
return 1

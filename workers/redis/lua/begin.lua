-- ARGV: prefix, key, token, now, seconds, who -> 1, or 0 where the lease is lost. The attempt counts before the work.
local job = held(ARGV[2], ARGV[3])
if not job then return 0 end
redis.call('HINCRBY', job, 'attempts', 1)
redis.call('HSET', job, 'worker', ARGV[6], 'began', ARGV[4])
redis.call('HDEL', job, 'error')
local f = redis.call('HMGET', job, 'stage', 'host')
local zset = f[1] == 'fetch' and p .. 'host:' .. f[2] or p .. 'due'
redis.call('ZADD', zset, tostring(tonumber(ARGV[4]) + tonumber(ARGV[5])), ARGV[2])
return 1

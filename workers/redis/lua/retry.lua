-- ARGV: prefix, key, now -> 1, or 0 where it is not in quarantine.
local job = job_key(ARGV[2])
if redis.call('ZREM', p .. 'quarantine', ARGV[2]) == 0 then return 0 end
local f = redis.call('HMGET', job, 'from', 'host')
redis.call('HSET', job, 'stage', f[1], 'attempts', '0', 'token', '0')
redis.call('HDEL', job, 'outcome', 'reason', 'ended')
make_due(ARGV[2], f[1], f[2], ARGV[3])
count('outcome.quarantined', -1)
return 1

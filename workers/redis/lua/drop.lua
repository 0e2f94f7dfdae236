-- ARGV: prefix, key, now, retention -> 1, or 0 where it is not in quarantine.
local job = job_key(ARGV[2])
if redis.call('ZREM', p .. 'quarantine', ARGV[2]) == 0 then return 0 end
redis.call('HSET', job, 'stage', 'done', 'outcome', 'dropped', 'ended', ARGV[3])
redis.call('HDEL', job, 'page', 'entry')
redis.call('EXPIRE', job, ARGV[4])
count('outcome.quarantined', -1)
count('outcome.dropped')
return 1

-- ARGV: prefix, key, token, until, why, failed ('1'|'0') -> 1, or 0 where the lease is lost.
local job = held(ARGV[2], ARGV[3])
if not job then return 0 end
local f = redis.call('HMGET', job, 'stage', 'host')
redis.call('HSET', job, 'token', '0', 'error', ARGV[5])
if ARGV[6] == '0' then redis.call('HSET', job, 'attempts', '0') end
make_due(ARGV[2], f[1], f[2], ARGV[4])
return 1

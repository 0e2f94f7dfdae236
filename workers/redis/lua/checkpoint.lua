-- ARGV: prefix, key, token, page, now -> 1, or 0 where the lease is lost.
local job = held(ARGV[2], ARGV[3])
if not job then return 0 end
not_due(ARGV[2], redis.call('HGET', job, 'host'))
redis.call('HSET', job, 'page', ARGV[4], 'stage', 'process', 'attempts', '0', 'token', '0', 'fetched', ARGV[5])
make_due(ARGV[2], 'process', '', ARGV[5])
return 1

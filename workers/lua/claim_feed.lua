-- ARGV: prefix, now, seconds -> {feed, token, state} or nil.
local id = redis.call('ZRANGEBYSCORE', p .. 'feeds', '-inf', ARGV[2], 'LIMIT', 0, 1)[1]
if not id then return nil end
local token = next_token()
redis.call('ZADD', p .. 'feeds', tostring(tonumber(ARGV[2]) + tonumber(ARGV[3])), id)
redis.call('HSET', p .. 'feedtoken', id, token)
return {id, token, redis.call('HGET', p .. 'feedstate', id) or '{}'}

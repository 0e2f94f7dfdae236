-- ARGV: prefix, now, seconds, spacing -> {feed, token, state, definition, host, its token} or nil.
-- The host that has waited longest comes first, and of its feeds the one most overdue.
local now, seconds = ARGV[2], tonumber(ARGV[3])
for _ = 1, 50 do
  local host = redis.call('ZRANGEBYSCORE', p .. 'feedhosts', '-inf', now, 'LIMIT', 0, 1)[1]
  if not host then return nil end
  local id = redis.call('ZRANGEBYSCORE', p .. 'feeds:' .. host, '-inf', now, 'LIMIT', 0, 1)[1]
  if id then
    local token, due = next_token(), score(tonumber(now) + seconds)
    redis.call('HSET', p .. 'feedtoken', id, token)
    redis.call('ZADD', p .. 'feeds', due, id)
    redis.call('ZADD', p .. 'feeds:' .. host, due, id)
    local hold = hold_host(host, 'feedhosts', now, seconds, ARGV[4])
    return {id, token, redis.call('HGET', p .. 'feedstate', id) or '{}', redis.call('HGET', p .. 'feed', id), host, hold}
  end
  order_host(host)
end
return nil

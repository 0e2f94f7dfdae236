-- ARGV: prefix, now, seconds, limit, cap -> {host, token, leased stories} or nil. Hosts that wait longest come first.
local now, seconds = ARGV[2], tonumber(ARGV[3])
for _ = 1, 50 do
  local host = redis.call('ZRANGEBYSCORE', p .. 'hosts', '-inf', now, 'LIMIT', 0, 1)[1]
  if not host then return nil end
  local taken = take(p .. 'host:' .. host, 'fetch', now, seconds, tonumber(ARGV[4]), tonumber(ARGV[5]))
  if #taken > 0 then
    local token = next_token()
    redis.call('HSET', p .. 'hosttoken', host, token)
    redis.call('ZADD', p .. 'hosts', tostring(tonumber(now) + seconds), host)
    return {host, token, taken}
  end
  rest_host(host, now)
end
return nil

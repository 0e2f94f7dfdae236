-- ARGV: prefix, now, seconds, limit, cap, spacing -> {host, token, leased stories} or nil.
-- Hosts that wait longest come first.
local now, seconds = ARGV[2], tonumber(ARGV[3])
for _ = 1, 50 do
  local host = redis.call('ZRANGEBYSCORE', p .. 'hosts', '-inf', now, 'LIMIT', 0, 1)[1]
  if not host then return nil end
  local taken = take(p .. 'host:' .. host, 'fetch', now, seconds, tonumber(ARGV[4]), tonumber(ARGV[5]))
  if #taken > 0 then return {host, hold_host(host, 'hosts', now, seconds, ARGV[6]), taken} end
  order_host(host)
end
return nil

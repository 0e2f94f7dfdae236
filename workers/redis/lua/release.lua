-- ARGV: prefix, now, then key, token ... Leases that were not begun are due again at once.
for i = 3, #ARGV, 2 do
  local job = held(ARGV[i], ARGV[i + 1])
  if job then
    local f = redis.call('HMGET', job, 'stage', 'host')
    redis.call('HSET', job, 'token', '0')
    make_due(ARGV[i], f[1], f[2], ARGV[2])
  end
end

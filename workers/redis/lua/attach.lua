-- ARGV: prefix, sinks ... One consumer group a sink; a sink no longer named loses its place, or nothing would ever be trimmed.
local wanted = {}
for i = 2, #ARGV do
  wanted[ARGV[i]] = true
  if redis.call('ZADD', p .. 'sinks', 'NX', '0', ARGV[i]) == 1 then
    redis.call('XGROUP', 'CREATE', p .. 'outbox', ARGV[i], '0', 'MKSTREAM')
    local written = tonumber(redis.call('GET', p .. 'written') or '0')
    redis.call('HSET', p .. 'begun', ARGV[i], written - redis.call('XLEN', p .. 'outbox'))
    redis.call('HSET', p .. 'taken', ARGV[i], 0)
  end
end
for _, sink in ipairs(redis.call('ZRANGE', p .. 'sinks', 0, -1)) do
  if not wanted[sink] then
    redis.call('ZREM', p .. 'sinks', sink)
    redis.call('HDEL', p .. 'resting', sink)
    redis.call('XGROUP', 'DESTROY', p .. 'outbox', sink)
  end
end

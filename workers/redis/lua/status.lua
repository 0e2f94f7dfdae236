-- ARGV: prefix, now -> due sizes and, for each sink, its backlog.
local first = redis.call('ZRANGE', p .. 'due', 0, 0, 'WITHSCORES')[2]
local fetch = 0
for _, host in ipairs(redis.call('ZRANGE', p .. 'hosts', 0, -1)) do
  fetch = fetch + redis.call('ZCARD', p .. 'host:' .. host)
end
local hosts = redis.call('ZRANGE', p .. 'hosts', 0, 0, 'WITHSCORES')[2]
local said = {fetch, redis.call('ZCARD', p .. 'due'), redis.call('ZCARD', p .. 'quarantine'),
  redis.call('ZCARD', p .. 'feeds'), redis.call('XLEN', p .. 'outbox'), first or '', hosts or ''}
for _, sink in ipairs(redis.call('ZRANGE', p .. 'sinks', 0, -1)) do
  said[#said + 1] = sink
  said[#said + 1] = backlog(sink)
end
return said

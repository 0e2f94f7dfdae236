-- ARGV: prefix, now -> feeds, hosts, stories due, then sink, waiting ... Feeds are counted on 64 hosts at most.
local function due(name) return redis.call('ZCOUNT', p .. name, '-inf', ARGV[2]) end
local feeds = 0
for _, host in ipairs(redis.call('ZRANGEBYSCORE', p .. 'feedhosts', '-inf', ARGV[2], 'LIMIT', 0, 64)) do
  feeds = feeds + due('feeds:' .. host)
end
local said = {feeds, due('hosts'), due('due')}
for _, sink in ipairs(redis.call('ZRANGEBYSCORE', p .. 'sinks', '-inf', ARGV[2])) do
  said[#said + 1] = sink
  said[#said + 1] = backlog(sink)
end
return said
